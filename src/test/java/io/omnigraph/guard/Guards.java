package io.omnigraph.guard;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The rules, for the classes below one base package. */
final class Guards {

  private static final Set<String> STORAGE_SEAMS =
      Set.of("TableStorage", "SnapshotHandle", "StagedWrite", "TableMaintenance");
  private static final Set<String> COMMITTING = Set.of("commit", "restore");
  private static final Set<String> AMBIENT_TIME =
      Set.of("now", "systemUTC", "systemDefaultZone", "system", "currentTimeMillis");

  private final String base;
  private final Rooms rooms;

  Guards(String basePackage) {
    this.base = basePackage;
    this.rooms = new Rooms(basePackage);
  }

  /** Every rule by the sentence it enforces. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("rooms use only the rooms below them", layering());
    rules.put("packages form no cycles", noCycles());
    rules.put("Lance stays in storage.lance", lanceConfinement());
    rules.put("the AWS SDK stays in storage.object", awsConfinement());
    rules.put("Vert.x and Mutiny stay in the shell", reactiveConfinement());
    rules.put("Arrow starts at storage", arrowConfinement());
    rules.put("only the command line prints", noPrinting());
    rules.put("only storage implements the storage seam", storageImplementors());
    rules.put("only the lane commits tables", commitsOnTheLane());
    rules.put("the kernel takes its time from a clock it was given", noAmbientTime());
    rules.replaceAll((name, rule) -> rule.as(name).allowEmptyShould(true));
    return rules;
  }

  private ArchRule layering() {
    return classes().that(areBelowTheBase()).should(rooms.useOnlyWhatTheirRoomMayUse());
  }

  private ArchRule noCycles() {
    return SlicesRuleDefinition.slices().assignedFrom(eachPackage()).should().beFreeOfCycles();
  }

  private ArchRule lanceConfinement() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackage(base + ".storage.lance..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.lance..");
  }

  private ArchRule awsConfinement() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackages(base + ".storage.object..", base + ".server.auth..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..");
  }

  private ArchRule reactiveConfinement() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackages(base + ".server..", base + ".cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.smallrye..");
  }

  private ArchRule arrowConfinement() {
    return noClasses()
        .that()
        .resideInAnyPackage(base + ".model..", base + ".schema..", base + ".query..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.arrow..");
  }

  /** The server's main class may print: the address it listens on is its one line of output. */
  private ArchRule noPrinting() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackage(base + ".cli..")
        .and()
        .doNotHaveFullyQualifiedName(base + ".server.Main")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace");
  }

  private ArchRule storageImplementors() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackage(base + ".storage..")
        .should()
        .beAssignableTo(
            predicate(
                "a type of the storage seam",
                type ->
                    type.getPackageName().equals(base + ".storage")
                        && STORAGE_SEAMS.contains(type.getSimpleName())));
  }

  private ArchRule commitsOnTheLane() {
    return noClasses()
        .that(areBelowTheBase())
        .and()
        .resideOutsideOfPackages(base + ".storage..", base + ".manifest..", base + ".publish..")
        .should()
        .callMethodWhere(
            new DescribedPredicate<JavaCall<?>>("TableStorage commits") {
              @Override
              public boolean test(JavaCall<?> call) {
                return call.getTargetOwner().getFullName().equals(base + ".storage.TableStorage")
                    && COMMITTING.contains(call.getName());
              }
            });
  }

  private ArchRule noAmbientTime() {
    Set<String> owners = Set.of(Clock.class.getName(), Instant.class.getName(), "java.lang.System");
    return noClasses()
        .that(areBelowTheBase())
        .and(
            are(
                predicate(
                    "part of the kernel",
                    type ->
                        !Set.of(Rooms.FACADE, "server", "cli", "cluster")
                            .contains(rooms.roomOf(type)))))
        .should()
        .callMethodWhere(
            new DescribedPredicate<JavaCall<?>>("the clock of the machine") {
              @Override
              public boolean test(JavaCall<?> call) {
                return owners.contains(call.getTargetOwner().getFullName())
                    && AMBIENT_TIME.contains(call.getName())
                    && call.getTarget().getRawParameterTypes().isEmpty();
              }
            });
  }

  private DescribedPredicate<JavaClass> areBelowTheBase() {
    return predicate("are below " + base, rooms::contains);
  }

  private static DescribedPredicate<JavaClass> predicate(
      String description, java.util.function.Predicate<JavaClass> test) {
    return new DescribedPredicate<>(description) {
      @Override
      public boolean test(JavaClass type) {
        return test.test(type);
      }
    };
  }

  private SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return rooms.contains(type)
            ? SliceIdentifier.of(type.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "each package";
      }
    };
  }
}
