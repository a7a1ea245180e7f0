package io.omnigraph.read.expr;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.read.column.Cells;
import io.omnigraph.schema.ScalarType;
import java.util.Map;
import java.util.function.Supplier;

/** Turns expressions into operands, names resolved once. */
public final class OperandCompiler {

  private final Scope scope;

  public OperandCompiler(Scope scope) {
    this.scope = scope;
  }

  public Operand compile(Expr expression) {
    return switch (expression) {
      case Expr.PropertyRef property -> property(property);
      case Expr.VariableRef variable -> ids(variable.variable());
      case Expr.Literal literal -> constant(literal.value());
      case Expr.ParameterRef parameter -> constant(parameter(parameter.name()));
      case Expr.Now ignored ->
          constant(new Value.DateTime(scope.parameters().now().toEpochMilli()));
      case Expr.TextMatches matches -> textMatches(matches.match());
      case Expr.Score score -> score(score);
      case Expr.ColumnRef column -> {
        Scope.ResultColumn result = scope.resultColumn(column.column());
        yield chunk -> result.column().gather(chunk.slot(result.slot()), chunk.rows());
      }
    };
  }

  /** The value of a literal or parameter; throws if the expression is neither. */
  public Value constantOf(Expr expression) {
    return switch (expression) {
      case Expr.Literal literal -> literal.value();
      case Expr.ParameterRef parameter -> parameter(parameter.name());
      case Expr.Now ignored -> new Value.DateTime(scope.parameters().now().toEpochMilli());
      case Expr.PropertyRef ignored -> throw notConstant();
      case Expr.VariableRef ignored -> throw notConstant();
      case Expr.TextMatches ignored -> throw notConstant();
      case Expr.Score ignored -> throw notConstant();
      case Expr.ColumnRef ignored -> throw notConstant();
    };
  }

  private static BadRequestException notConstant() {
    return new BadRequestException(
        "not_a_constant", "a literal or a parameter is required in this place");
  }

  private Value parameter(String name) {
    Value value = scope.parameters().get(name);
    if (value == null) {
      throw new BadRequestException(
          "parameter_missing", "parameter '" + name + "' not provided", Map.of("parameter", name));
    }
    return value;
  }

  private static Operand constant(Value value) {
    Cells cells = Cells.constant(value);
    return chunk -> cells;
  }

  /** Blobs are not read by queries: their cells are null. */
  private Operand property(Expr.PropertyRef ref) {
    if (ref.type().scalar() == ScalarType.BLOB) {
      return chunk -> Cells.nulls(chunk.rows());
    }
    String property = ref.property();
    return switch (scope.binding(ref.variable())) {
      case Scope.Binding.Node node ->
          new Fetch(node.slot(), (rows, count) -> node.access().values(property, rows, count));
      case Scope.Binding.Edge edge ->
          new Fetch(edge.slot(), (rows, count) -> edge.access().values(property, rows, count));
    };
  }

  private Operand ids(String variable) {
    return switch (scope.binding(variable)) {
      case Scope.Binding.Node node -> new Fetch(node.slot(), node.access()::ids);
      case Scope.Binding.Edge edge -> new Fetch(edge.slot(), edge.access()::ids);
    };
  }

  /** What tells the nodes or edges of a variable apart, for counting different ones: numbers. */
  public Operand identity(String variable) {
    int slot = scope.binding(variable).slot();
    return chunk -> Cells.ofInts(Cells.Kind.INTEGER, chunk.slot(slot));
  }

  private Operand textMatches(Expr.TextMatch match) {
    int slot = scope.binding(match.field().variable()).slot();
    Supplier<Scope.Membership> hits = once(() -> scope.textMatches(match));
    return chunk -> {
      Scope.Membership set = hits.get();
      int[] ordinals = chunk.slot(slot);
      long[] out = new long[chunk.rows()];
      for (int i = 0; i < out.length; i++) {
        out[i] = set.contains(ordinals[i]) ? 1 : 0;
      }
      return Cells.ofLongs(Cells.Kind.BOOL, out, null);
    };
  }

  private Operand score(Expr.Score score) {
    int slot = scope.binding(score.ranking().variable()).slot();
    Supplier<Scope.NodeScores> scores = once(() -> scope.scores(score.ranking()));
    return chunk -> {
      Scope.NodeScores known = scores.get();
      int[] ordinals = chunk.slot(slot);
      int rows = chunk.rows();
      known.prepare(ordinals, rows);
      double[] out = new double[rows];
      boolean[] nulls = null;
      for (int i = 0; i < rows; i++) {
        if (known.has(ordinals[i])) {
          out[i] = known.score(ordinals[i]);
        } else {
          nulls = Cells.markNull(nulls, i, rows);
        }
      }
      return Cells.ofReals(out, nulls);
    };
  }

  /** Computes on first use, so that an empty input costs no search. */
  static <T> Supplier<T> once(Supplier<T> supplier) {
    return new Supplier<>() {
      private @org.jspecify.annotations.Nullable T value;

      @Override
      public T get() {
        if (value == null) {
          value = supplier.get();
        }
        return value;
      }
    };
  }
}
