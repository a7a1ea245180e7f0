package io.omnigraph.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The syntax tree of one schema file, with places in code points. Values that break a rule of their
 * own (a vector of dimension 0, say) are already reported and replaced by a harmless one, so that
 * later checks do not report them again.
 */
final class SchemaAst {

  private SchemaAst() {}

  /** A half-open range of the source in code points. */
  record Region(int start, int end) {}

  record Name(String text, Region region) {}

  /**
   * @param declarations what could be read
   * @param broken heads of declarations with syntax errors: known to exist, contents unknown
   */
  record File(List<Declaration> declarations, List<BrokenDeclaration> broken) {}

  /** {@code kind} is interface, node or edge. */
  record BrokenDeclaration(String kind, Name name) {}

  sealed interface Declaration {
    Name name();
  }

  record InterfaceDeclaration(Name name, List<PropertyDeclaration> properties)
      implements Declaration {}

  record NodeDeclaration(
      Name name, List<AnnotationUse> annotations, List<Name> interfaces, Body body)
      implements Declaration {}

  record EdgeDeclaration(
      Name name,
      Name from,
      Name to,
      Cardinality cardinality,
      List<AnnotationUse> annotations,
      Body body)
      implements Declaration {}

  record Body(List<PropertyDeclaration> properties, List<ConstraintUse> constraints) {}

  /** Limits per source row; a null maximum is unbounded. */
  record Cardinality(long min, @Nullable Long max) {
    static final Cardinality ANY = new Cardinality(0, null);
  }

  record PropertyDeclaration(Name name, PropertyType type, List<AnnotationUse> annotations) {}

  record AnnotationUse(Annotation annotation, Region region) {}

  /** A constraint whose arguments have the right shape; they may still name nothing. */
  sealed interface ConstraintUse {
    Region region();
  }

  /** {@code @key}, {@code @unique} or {@code @index} over columns, at least one. */
  record ColumnConstraint(ColumnRule rule, List<Name> columns, Region region)
      implements ConstraintUse {}

  record RangeConstraint(
      Name property, Constraint.@Nullable Bound min, Constraint.@Nullable Bound max, Region region)
      implements ConstraintUse {}

  record CheckConstraint(Name property, String pattern, Region patternRegion, Region region)
      implements ConstraintUse {}

  /** The three constraints that consist of columns only. */
  enum ColumnRule {
    KEY("key"),
    UNIQUE("unique"),
    INDEX("index");

    private final String word;

    ColumnRule(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    Constraint over(List<String> columns) {
      List<String> sorted = columns.stream().sorted().distinct().toList();
      return switch (this) {
        case KEY -> new Constraint.Key(sorted);
        case UNIQUE -> new Constraint.Unique(sorted);
        case INDEX -> new Constraint.Index(sorted);
      };
    }
  }
}
