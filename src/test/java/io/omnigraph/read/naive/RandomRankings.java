package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Parameter;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws rankings of people: by a text, by a vector, or by two of these. */
final class RandomRankings {

  private final SplittableRandom random;
  private final RandomValues values;
  private final Map<String, Parameter> parameters;

  /**
   * @param parameters of the query being drawn; what rankings need is added
   */
  RandomRankings(SplittableRandom random, RandomValues values, Map<String, Parameter> parameters) {
    this.random = random;
    this.values = values;
    this.parameters = parameters;
  }

  Ranking draw(String variable) {
    return chance(3)
        ? new Ranking.Rrf(single(variable), single(variable), fusionConstant())
        : single(variable);
  }

  /** By a text or by a vector. */
  private Ranking single(String variable) {
    return chance(2)
        ? new Ranking.Nearest(variable, RandomSchema.VECTOR, vector())
        : new Ranking.Bm25(new Operand.Property(variable, "bio"), words());
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private Operand vector() {
    Value.Vector vector = values.vector();
    boolean spelled = true;
    for (float element : vector.elements()) {
      spelled &= element >= 0;
    }
    return spelled && chance(2)
        ? new Operand.Literal(Arrays.toString(vector.elements()), vector)
        : parameter("Vector(" + vector.elements().length + ")", vector);
  }

  private Operand words() {
    if (chance(20)) {
      return parameter("String?", Value.NULL);
    }
    Value.Text words =
        new Value.Text(values.words(random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2)));
    return chance(2)
        ? new Operand.Literal("\"" + words.value() + "\"", words)
        : parameter("String", words);
  }

  private @Nullable Operand fusionConstant() {
    Value.Int k = new Value.Int(1 + random.nextInt(3));
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> new Operand.Literal(Long.toString(k.value()), k);
      default -> parameter("I64", k);
    };
  }

  private Operand parameter(String type, Value value) {
    String name = "q" + parameters.size();
    parameters.put(name, new Parameter(type, value));
    return new Operand.Param(name);
  }
}
