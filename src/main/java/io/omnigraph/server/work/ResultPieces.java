package io.omnigraph.server.work;

import io.omnigraph.server.bus.Answer;
import java.util.function.BooleanSupplier;

/** An answer that is made piece by piece. Pulled by one thread at a time. */
interface ResultPieces extends AutoCloseable {

  /**
   * Makes the next piece.
   *
   * @param givenUp true once nobody wants the rest; looked at between steps of one piece
   * @throws io.omnigraph.model.GoneException if it was given up
   */
  Answer.Chunk next(BooleanSupplier givenUp);

  @Override
  void close();
}
