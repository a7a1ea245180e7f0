package io.omnigraph.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rooms of the house, bottom up, and what each may use. A room is the first package below the
 * base package with everything in it; the classes of the base package itself are the room {@value
 * #FACADE}.
 */
final class Rooms {

  static final String FACADE = "(root)";

  private static final Map<String, Set<String>> MAY_USE = plan();

  private final String basePackage;

  Rooms(String basePackage) {
    this.basePackage = basePackage;
  }

  private static Map<String, Set<String>> plan() {
    Map<String, Set<String>> plan = new LinkedHashMap<>();
    plan.put("model", Set.of());
    plan.put("schema", Set.of("model"));
    plan.put("query", Set.of("model", "schema"));
    plan.put("storage", Set.of("model", "schema"));
    plan.put("manifest", Set.of("model", "schema", "storage"));
    plan.put("commit", Set.of("model", "schema", "storage", "manifest"));
    List<String> below = new ArrayList<>(List.of("model", "schema", "query"));
    below.addAll(List.of("storage", "manifest", "commit"));
    for (String room : List.of("read", "publish", "write")) {
      plan.put(room, Set.copyOf(below));
      below.add(room);
    }
    Set<String> operations = Set.copyOf(below);
    for (String room : List.of("branch", "evolve", "maintenance", "change")) {
      plan.put(room, operations);
      below.add(room);
    }
    plan.put(FACADE, Set.copyOf(below));
    plan.put("policy", Set.of("model"));
    plan.put("embedding", Set.of("model"));
    plan.put(
        "cluster",
        Set.of(
            "model",
            "schema",
            "query",
            "storage",
            "manifest",
            "commit",
            FACADE,
            "policy",
            "embedding"));
    below.addAll(List.of(FACADE, "policy", "embedding", "cluster"));
    plan.put("api", Set.copyOf(below));
    below.add("api");
    plan.put("server", Set.copyOf(below));
    plan.put("cli", Set.copyOf(below));
    plan.put("logging", Set.of());
    return plan;
  }

  /** The room of a class of the base package; a package without a place in the plan counts too. */
  String roomOf(JavaClass type) {
    String name = type.getPackageName();
    if (name.equals(basePackage)) {
      return FACADE;
    }
    String inside = name.substring(basePackage.length() + 1);
    int dot = inside.indexOf('.');
    return dot < 0 ? inside : inside.substring(0, dot);
  }

  boolean contains(JavaClass type) {
    return type.getPackageName().equals(basePackage)
        || type.getPackageName().startsWith(basePackage + ".");
  }

  /** Every class lives in a room of the plan and uses only the rooms that its own may use. */
  ArchCondition<JavaClass> useOnlyWhatTheirRoomMayUse() {
    return new ArchCondition<>("live in a known room and use only rooms below it") {
      @Override
      public void check(JavaClass origin, ConditionEvents events) {
        String room = roomOf(origin);
        Set<String> allowed = MAY_USE.get(room);
        if (allowed == null) {
          events.add(
              SimpleConditionEvent.violated(
                  origin, "%s is in no room of the plan".formatted(origin.getName())));
          return;
        }
        for (var dependency : origin.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!contains(target)) {
            continue;
          }
          String used = roomOf(target);
          boolean ok = used.equals(room) || allowed.contains(used);
          if (!ok) {
            events.add(
                SimpleConditionEvent.violated(
                    dependency,
                    "%s may not use %s: %s".formatted(room, used, dependency.getDescription())));
          }
        }
      }
    };
  }
}
