package io.omnigraph.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.GoneException;
import io.omnigraph.read.Cancellation;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class CursorsTest {

  @Test
  void aRequestCanBeGivenUpBeforeItHasAResult() {
    Cursors cursors = new Cursors(4, InstantSource.system());
    cursors.announce("first");
    cursors.announce("second");
    Cancellation first = cursors.cancellation("first");
    Cancellation second = cursors.cancellation("second");

    cursors.cancel("first");

    assertThat(first.isCancelled()).isTrue();
    assertThat(second.isCancelled()).isFalse();
    cursors.close("second");
    assertThat(second.isCancelled()).isTrue();
    assertThatThrownBy(() -> cursors.cancellation("second")).isInstanceOf(GoneException.class);
  }
}
