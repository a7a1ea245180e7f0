package io.omnigraph.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.antlr.v4.runtime.Vocabulary;

/** What grammars say about themselves. */
public final class Grammars {

  private Grammars() {}

  /** The literals of a grammar that are words, without quotes. */
  public static List<String> keywords(Vocabulary vocabulary) {
    return IntStream.rangeClosed(1, vocabulary.getMaxTokenType())
        .mapToObj(vocabulary::getLiteralName)
        .filter(literal -> literal != null && Character.isLetter(literal.charAt(1)))
        .map(literal -> literal.substring(1, literal.length() - 1))
        .toList();
  }
}
