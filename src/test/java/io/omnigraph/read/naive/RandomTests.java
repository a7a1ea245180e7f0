package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.util.List;

/** Draws filters. */
final class RandomTests {

  private static final List<String> OPERATORS = List.of("=", "!=", "<", "<=", ">", ">=");

  private final QueryDraft draft;

  RandomTests(QueryDraft draft) {
    this.draft = draft;
  }

  /** A filter that names at least one of some variables, if one of them has properties. */
  Test draw(List<String> variables) {
    List<Operand.Property> properties = draft.properties(variables);
    if (properties.isEmpty()) {
      return new Test.Compare(
          QueryDraft.literal(new Value.Int(1)), "=", QueryDraft.literal(new Value.Int(1)));
    }
    List<Operand.Property> ints =
        properties.stream()
            .filter(p -> draft.kind(p).equals("I32") || draft.kind(p).equals("Date"))
            .toList();
    return of(
        !ints.isEmpty() && draft.chance(4) ? draft.pick(ints) : draft.pick(properties), properties);
  }

  /** A filter that names no variable. */
  Test constant() {
    String kind = draft.pick(List.of("I64", "String", "[Date]", "Bool", "F32"));
    return draft.chance(2) || RandomSchema.isList(kind)
        ? new Test.Null(draft.constant(kind), draft.chance(3))
        : new Test.Compare(
            draft.constant(kind), draft.pick(OPERATORS), draft.constant(comparable(kind)));
  }

  /** A filter between properties of two variables, where both have comparable ones. */
  Test between(List<String> left, List<String> right) {
    List<Operand.Property> own =
        draft.properties(left).stream().filter(p -> !RandomSchema.isList(draft.kind(p))).toList();
    if (own.isEmpty()) {
      return draw(left);
    }
    Operand.Property property = draft.pick(own);
    List<Operand.Property> others = partners(draft.properties(right), draft.kind(property));
    return others.isEmpty()
        ? of(property, own)
        : new Test.Compare(property, draft.pick(OPERATORS), draft.pick(others));
  }

  private Test of(Operand.Property property, List<Operand.Property> all) {
    String kind = draft.kind(property);
    if (draft.chance(6)) {
      return new Test.Null(property, draft.chance(2));
    }
    if (RandomSchema.isList(kind)) {
      return new Test.ListHas(property, item(RandomSchema.itemKind(kind), all));
    }
    if (kind.equals(RandomSchema.WORDS) && draft.chance(2)) {
      return search(property);
    }
    if (RandomSchema.isText(kind) && draft.chance(3)) {
      Operand part = draft.constant("String");
      return draft.chance(2) ? new Test.TextHas(property, part) : new Test.Starts(property, part);
    }
    if (draft.chance(12)) {
      return new Test.ListHas(draft.constant("[" + comparable(kind) + "]"), property);
    }
    Operand other =
        draft.chance(3) ? draft.pick(partners(all, kind)) : draft.constant(comparable(kind));
    return draft.chance(2)
        ? new Test.Compare(property, draft.pick(OPERATORS), other)
        : new Test.Compare(other, draft.pick(OPERATORS), property);
  }

  Test.Search search(Operand.Property text) {
    Value words = new Value.Text(draft.values.words(draft.between(1, 3)));
    Operand given = draft.constant("String", words);
    String function = draft.pick(List.of("search", "match_text", "fuzzy", "fuzzy"));
    boolean edits = function.equals("fuzzy") && !draft.chance(4);
    return new Test.Search(
        function, text, given, edits ? draft.required("I64", new Value.Int(draft.below(3))) : null);
  }

  private Operand item(String kind, List<Operand.Property> all) {
    List<Operand.Property> partners = partners(all, kind);
    return !partners.isEmpty() && draft.chance(3)
        ? draft.pick(partners)
        : draft.constant(comparable(kind));
  }

  private String comparable(String kind) {
    return RandomSchema.NUMBERS.contains(kind) ? draft.pick(RandomSchema.NUMBERS) : kind;
  }

  /** Properties that may be compared with one of a kind; half the time only those of that kind. */
  private List<Operand.Property> partners(List<Operand.Property> all, String kind) {
    List<Operand.Property> same = all.stream().filter(p -> compare(kind, draft.kind(p))).toList();
    List<Operand.Property> equal = same.stream().filter(p -> draft.kind(p).equals(kind)).toList();
    return draft.chance(2) && !equal.isEmpty() ? equal : same;
  }

  private static boolean compare(String left, String right) {
    return left.equals(right)
        || RandomSchema.NUMBERS.contains(left) && RandomSchema.NUMBERS.contains(right)
        || RandomSchema.isText(left) && RandomSchema.isText(right);
  }
}
