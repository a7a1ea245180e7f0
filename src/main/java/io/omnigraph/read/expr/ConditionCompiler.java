package io.omnigraph.read.expr;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.ListColumn;
import io.omnigraph.read.column.TextPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Turns conditions into row tests: the language's filter rules. */
public final class ConditionCompiler {

  private final Scope scope;
  private final OperandCompiler operands;

  public ConditionCompiler(Scope scope) {
    this.scope = scope;
    this.operands = new OperandCompiler(scope);
  }

  public List<RowTest> compile(List<Condition> conditions) {
    List<RowTest> tests = new ArrayList<>(conditions.size());
    for (Condition condition : conditions) {
      tests.add(compile(condition));
    }
    return tests;
  }

  public RowTest compile(Condition condition) {
    return switch (condition) {
      case Condition.Compare c -> {
        Operand left = operands.compile(c.left());
        Operand right = operands.compile(c.right());
        yield new Comparison(c.operator(), left, right);
      }
      case Condition.ListContains l -> listContains(l);
      case Condition.TextContains t ->
          texts(operands.compile(t.text()), operands.compile(t.part()), ConditionCompiler::holds);
      case Condition.StartsWith s ->
          texts(
              operands.compile(s.text()), operands.compile(s.prefix()), ConditionCompiler::starts);
      case Condition.IsNull n -> isNull(n);
      case Condition.Text t -> textHit(t);
    };
  }

  private record Comparison(Condition.Operator operator, Operand left, Operand right)
      implements RowTest {
    @Override
    public int select(Chunk chunk, int[] into) {
      return Selection.select(
          operator, left.evaluate(chunk), right.evaluate(chunk), chunk.rows(), into);
    }

    @Override
    public int count(Chunk chunk) {
      return Selection.count(operator, left.evaluate(chunk), right.evaluate(chunk), chunk.rows());
    }
  }

  private RowTest listContains(Condition.ListContains contains) {
    Operand item = operands.compile(contains.item());
    if (contains.list() instanceof Expr.Literal || contains.list() instanceof Expr.ParameterRef) {
      return isAmong(operands.constantOf(contains.list()), item);
    }
    Operand list = operands.compile(contains.list());
    return (chunk, into) -> {
      Cells lists = list.evaluate(chunk);
      Cells needles = item.evaluate(chunk);
      int count = 0;
      for (int i = 0; i < chunk.rows(); i++) {
        if (!lists.isNull(i) && !needles.isNull(i) && contains(lists, needles, i)) {
          into[count++] = i;
        }
      }
      return count;
    };
  }

  /** Items are compared as they were given: numbers of several types keep their exact values. */
  private static RowTest isAmong(Value list, Operand item) {
    if (!(list instanceof Value.ListOf given)) {
      return (chunk, into) -> 0; // null
    }
    List<Cells> items =
        given.items().stream().filter(i -> !i.isNull()).distinct().map(Cells::constant).toList();
    return (chunk, into) -> {
      Cells needles = item.evaluate(chunk);
      int count = 0;
      for (int i = 0; i < chunk.rows(); i++) {
        if (!needles.isNull(i) && isAmong(items, needles, i)) {
          into[count++] = i;
        }
      }
      return count;
    };
  }

  private static boolean isAmong(List<Cells> items, Cells needles, int row) {
    for (Cells item : items) {
      if (Comparisons.comparable(item.kind(), needles.kind())
          && Comparisons.compare(item, row, needles, row) == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(Cells lists, Cells needles, int row) {
    ListColumn column = (ListColumn) lists.column();
    int at = lists.rowAt(row);
    int begin = column.begin(at);
    int length = column.end(at) - begin;
    int[] rows = new int[length];
    Arrays.setAll(rows, i -> begin + i);
    Cells items = column.items().gather(rows, length);
    if (!Comparisons.comparable(items.kind(), needles.kind())) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!items.isNull(i) && Comparisons.compare(items, i, needles, row) == 0) {
        return true;
      }
    }
    return false;
  }

  private interface TextTest {
    boolean test(byte[] text, int start, int length, byte[] part, int partStart, int partLength);
  }

  private static RowTest texts(Operand text, Operand part, TextTest test) {
    return (chunk, into) -> {
      Cells texts = text.evaluate(chunk);
      Cells parts = part.evaluate(chunk);
      if (texts.kind() != Cells.Kind.TEXT || parts.kind() != Cells.Kind.TEXT) {
        return 0;
      }
      int count = 0;
      for (int i = 0; i < chunk.rows(); i++) {
        if (texts.isNull(i) || parts.isNull(i)) {
          continue;
        }
        int start = texts.startAt(i);
        int partStart = parts.startAt(i);
        if (test.test(
            texts.pool(),
            TextPool.offset(texts.pool(), start),
            TextPool.length(texts.pool(), start),
            parts.pool(),
            TextPool.offset(parts.pool(), partStart),
            TextPool.length(parts.pool(), partStart))) {
          into[count++] = i;
        }
      }
      return count;
    };
  }

  /** Substring by bytes, which is substring by code points in UTF-8. */
  private static boolean holds(
      byte[] text, int start, int length, byte[] part, int partStart, int partLength) {
    for (int at = 0; at <= length - partLength; at++) {
      if (starts(text, start + at, length - at, part, partStart, partLength)) {
        return true;
      }
    }
    return false;
  }

  private static boolean starts(
      byte[] text, int start, int length, byte[] part, int partStart, int partLength) {
    return partLength <= length
        && Arrays.equals(text, start, start + partLength, part, partStart, partStart + partLength);
  }

  private RowTest isNull(Condition.IsNull test) {
    Operand operand = operands.compile(test.operand());
    return (chunk, into) -> {
      Cells cells = operand.evaluate(chunk);
      int count = 0;
      for (int i = 0; i < chunk.rows(); i++) {
        if (cells.isNull(i) != test.negated()) {
          into[count++] = i;
        }
      }
      return count;
    };
  }

  private RowTest textHit(Condition.Text text) {
    int slot = scope.binding(text.match().field().variable()).slot();
    Supplier<Scope.Membership> hits = OperandCompiler.once(() -> scope.textMatches(text.match()));
    return (chunk, into) -> {
      Scope.Membership set = hits.get();
      int[] ordinals = chunk.slot(slot);
      int count = 0;
      for (int i = 0; i < chunk.rows(); i++) {
        if (set.contains(ordinals[i])) {
          into[count++] = i;
        }
      }
      return count;
    };
  }

  /** Applies tests one after the other, thinning the chunk. */
  public static void apply(List<RowTest> tests, Chunk chunk) {
    for (RowTest test : tests) {
      if (chunk.rows() == 0) {
        return;
      }
      int[] selected = new int[chunk.rows()];
      chunk.keep(selected, test.select(chunk, selected));
    }
  }

  /**
   * As {@link #apply(List, Chunk)}, for a chunk of which only some columns are looked at
   * afterwards.
   */
  public static void apply(List<RowTest> tests, Chunk chunk, int[] wanted) {
    for (int t = 0; t < tests.size() && chunk.rows() > 0; t++) {
      RowTest test = tests.get(t);
      boolean last = t == tests.size() - 1;
      if (last && wanted.length == 0) {
        chunk.rows(test.count(chunk));
        return;
      }
      int[] selected = new int[chunk.rows()];
      int count = test.select(chunk, selected);
      if (last) {
        chunk.keepOnly(selected, count, wanted);
      } else {
        chunk.keep(selected, count);
      }
    }
  }
}
