package io.omnigraph.read.naive;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.storage.TestTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Compares the rows that a query gave with what it may give. */
public final class NaiveComparison {

  /** Indices score in single precision. */
  private static final double SCORE_PRECISION = 1e-5;

  private NaiveComparison() {}

  /**
   * @param all what is expected before limit and offset
   * @param where names the case that failed
   */
  public static void check(
      NaiveQuery query, List<List<Value>> all, List<List<Value>> actual, String where) {
    if (!query.scores()) {
      compareExactly(query, all, actual, where);
      return;
    }
    Comparator<List<Value>> rows = (a, b) -> sameRow(query, a, b) ? 0 : 1;
    int offset = query.offset() == null ? 0 : Math.min(query.offset(), all.size());
    int size = query.limit() == null ? all.size() : Math.min(query.limit(), all.size() - offset);
    if (query.ranked() != null || !query.order().isEmpty()) {
      assertThat(actual)
          .as(where)
          .usingElementComparator(rows)
          .isEqualTo(all.subList(offset, offset + size));
    } else if (query.limit() == null) {
      assertThat(actual)
          .as(where)
          .usingElementComparator(rows)
          .containsExactlyInAnyOrderElementsOf(all);
    } else {
      assertThat(actual).as(where).hasSize(size);
      List<List<Value>> rest = new ArrayList<>(all);
      for (List<Value> row : actual) {
        assertThat(removeOne(rest, other -> sameRow(query, other, row))).as(where + row).isTrue();
      }
    }
  }

  private static void compareExactly(
      NaiveQuery query, List<List<Value>> all, List<List<Value>> actual, String where) {
    List<List<String>> expected = all.stream().map(NaiveComparison::canonical).toList();
    List<List<String>> found = actual.stream().map(NaiveComparison::canonical).toList();
    int offset = query.offset() == null ? 0 : Math.min(query.offset(), all.size());
    int size = query.limit() == null ? all.size() : Math.min(query.limit(), all.size() - offset);
    assertThat(found).as(where).hasSize(size);
    if (query.ranked() != null || !query.order().isEmpty()) {
      for (int i = 0; i < size; i++) {
        if (!found.get(i).equals(expected.get(offset + i))) {
          assertThat(found.get(i)).as(where + " row " + i).isEqualTo(expected.get(offset + i));
        }
      }
    } else {
      Map<List<String>, Integer> rest = new HashMap<>();
      expected.forEach(row -> rest.merge(row, 1, Integer::sum));
      for (List<String> row : found) {
        if (rest.merge(row, -1, Integer::sum) < 0) {
          assertThat(found).as(where).containsExactlyInAnyOrderElementsOf(expected);
        }
      }
    }
  }

  private static List<String> canonical(List<Value> row) {
    return row.stream().map(NaiveComparison::canonical).toList();
  }

  private static <T> boolean removeOne(List<T> list, Predicate<T> wanted) {
    for (int i = 0; i < list.size(); i++) {
      if (wanted.test(list.get(i))) {
        list.remove(i);
        return true;
      }
    }
    return false;
  }

  private static boolean sameRow(NaiveQuery query, List<Value> left, List<Value> right) {
    for (int i = 0; i < left.size(); i++) {
      boolean same =
          query.outputs().get(i) instanceof Output.Score
                  && left.get(i) instanceof Value.Real a
                  && right.get(i) instanceof Value.Real b
              ? Math.abs(a.value() - b.value()) <= SCORE_PRECISION * Math.abs(a.value())
              : canonical(left.get(i)).equals(canonical(right.get(i)));
      if (!same) {
        return false;
      }
    }
    return left.size() == right.size();
  }

  /** A cell as text; floats to twelve digits, zeros without sign. */
  private static String canonical(Value value) {
    return value instanceof Value.Real real && Double.isFinite(real.value())
        ? "%.12g".formatted(real.value() + 0.0)
        : TestTables.plain(value);
  }
}
