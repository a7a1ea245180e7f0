package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Output;
import java.util.ArrayList;
import java.util.List;

/** Draws what is returned, and in which order. */
final class RandomOutputs {

  private static final List<String> CONSTANTS =
      List.of("I64", "F64", "String", "Bool", "Date", "DateTime", "[String]", "[I64]", "[Date]");

  private final QueryDraft draft;
  private final RandomRankings rankings;
  private final RandomTests filters;

  RandomOutputs(QueryDraft draft, RandomRankings rankings, RandomTests filters) {
    this.draft = draft;
    this.rankings = rankings;
    this.filters = filters;
  }

  List<Output> projections() {
    List<Output> outputs = new ArrayList<>();
    List<Operand.Property> properties = draft.properties(draft.variables());
    List<Operand.Property> texts = draft.properties(RandomSchema.WORDS::equals);
    for (int i = 0; i < draft.between(1, 4); i++) {
      String name = "c" + i;
      if (draft.chance(4)) {
        outputs.add(new Output.Node(name, draft.pick(draft.nodes())));
      } else if (draft.chance(10)) {
        outputs.add(new Output.Plain(name, draft.constant(draft.pick(CONSTANTS))));
      } else if (draft.chance(10) && !draft.people().isEmpty()) {
        outputs.add(new Output.Score(name, rankings.draw(draft.pick(draft.people()))));
      } else if (draft.chance(12) && !texts.isEmpty()) {
        outputs.add(new Output.Holds(name, filters.search(draft.pick(texts))));
      } else if (draft.chance(12) && !draft.people().isEmpty()) {
        outputs.add(new Output.Plain(name, vector()));
      } else {
        outputs.add(new Output.Plain(name, draft.pick(properties)));
      }
    }
    return outputs;
  }

  private Operand.Property vector() {
    return new Operand.Property(draft.pick(draft.people()), RandomSchema.VECTOR);
  }

  List<Output> aggregates() {
    List<Output> outputs = new ArrayList<>();
    List<Operand.Property> properties = draft.properties(draft.variables());
    for (int i = draft.below(3); i > 0; i--) {
      String name = "g" + i;
      if (draft.chance(3)) {
        outputs.add(new Output.Node(name, draft.pick(draft.nodes())));
      } else if (draft.chance(12) && !draft.people().isEmpty()) {
        outputs.add(new Output.Plain(name, vector()));
      } else {
        outputs.add(new Output.Plain(name, draft.pick(properties)));
      }
    }
    for (int i = draft.between(1, 4); i > 0; i--) {
      outputs.add(aggregate("a" + i, properties));
    }
    return draft.chance(3) ? draft.shuffled(outputs) : outputs;
  }

  private Output aggregate(String name, List<Operand.Property> properties) {
    String node = draft.pick(draft.nodes());
    if (draft.chance(4)) {
      return new Output.Aggregate(name, "count", draft.chance(4), node, null);
    }
    if (draft.chance(12)) {
      return new Output.Aggregate(name, draft.pick(List.of("min", "max")), false, node, null);
    }
    if (draft.chance(12)) {
      String kind = draft.pick(List.of("I64", "F64"));
      String function = draft.pick(List.of("count", "sum", "avg", "min", "max"));
      return new Output.Aggregate(name, function, false, node, draft.constant(kind));
    }
    Operand.Property property =
        draft.chance(12) && !draft.people().isEmpty() ? vector() : draft.pick(properties);
    List<String> functions = new ArrayList<>(List.of("count", "count distinct"));
    String kind = property.name().equals(RandomSchema.VECTOR) ? "" : draft.kind(property);
    boolean number = RandomSchema.NUMBERS.contains(kind);
    if (number) {
      functions.addAll(List.of("sum", "avg"));
    }
    if (number || RandomSchema.isText(kind)) {
      functions.addAll(List.of("min", "max"));
    }
    String[] function = draft.pick(functions).split(" ");
    return new Output.Aggregate(
        name, function[0], function.length > 1, property.variable(), property);
  }

  List<Key> keys(List<Output> outputs, boolean aggregate) {
    List<Key> keys = new ArrayList<>();
    List<Operand.Property> properties = draft.properties(kind -> !RandomSchema.isList(kind));
    List<String> columns =
        outputs.stream().filter(o -> isSortable(o, aggregate)).map(Output::name).toList();
    if (aggregate && columns.isEmpty()) {
      return keys;
    }
    for (int i = draft.between(1, 3); i > 0; i--) {
      if (!columns.isEmpty() && (aggregate || draft.chance(3))) {
        keys.add(new Key(null, draft.pick(columns), draft.chance(2)));
      } else {
        keys.add(new Key(draft.pick(properties), null, draft.chance(2)));
      }
    }
    return keys;
  }

  private boolean isSortable(Output output, boolean aggregate) {
    return switch (output) {
      case Output.Plain p -> isScalar(p.operand());
      case Output.Aggregate a -> true;
      case Output.Node n -> aggregate;
      case Output.Score s -> false;
      case Output.Holds h -> false;
    };
  }

  private boolean isScalar(Operand operand) {
    return switch (operand) {
      case Operand.Property p ->
          !p.name().equals(RandomSchema.VECTOR) && !RandomSchema.isList(draft.kind(p));
      case Operand.Literal l -> !(l.value() instanceof Value.ListOf);
      case Operand.Param p -> !RandomSchema.isList(draft.parameters.get(p.name()).type());
    };
  }
}
