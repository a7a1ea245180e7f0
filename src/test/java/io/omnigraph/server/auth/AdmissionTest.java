package io.omnigraph.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.ActorId;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private static final ActorId ALICE = new ActorId("alice");
  private static final ActorId BOB = new ActorId("bob");

  @Test
  void bytesThatTurnUpLaterCountAndAreGivenBack() {
    var admission = new Admission(4, 100);
    Admission.Ticket ticket = admission.admit(null, 0);
    ticket.grow(60);
    ticket.grow(40);
    assertThatThrownBy(() -> ticket.grow(1))
        .hasMessage("actor byte budget exceeded: would use 101 bytes against cap 100");
    ticket.close();
    admission.admit(null, 100).close();
  }

  @Test
  void theCountCapRefusesOneActorAndLeavesOthersAlone() {
    var admission = new Admission(1, 1_000);
    var held = admission.admit(ALICE, 10);
    assertThatThrownBy(() -> admission.admit(ALICE, 10))
        .isInstanceOfSatisfying(
            HttpException.class,
            e -> {
              assertThat(e.status()).isEqualTo(429);
              assertThat(e.headers()).containsEntry("Retry-After", "60");
            })
        .hasMessage("actor in-flight count cap 1 exceeded");
    admission.admit(BOB, 10).close();
    admission.admit(null, 10).close();
    held.close();
    admission.admit(ALICE, 10).close();
  }

  @Test
  void theByteBudgetIsCheckedAfterTheCountAndRolledBackOnRefusal() {
    var admission = new Admission(2, 100);
    var held = admission.admit(ALICE, 60);
    assertThatThrownBy(() -> admission.admit(ALICE, 50))
        .hasMessage("actor byte budget exceeded: would use 110 bytes against cap 100");
    admission.admit(ALICE, 40).close();
    held.close();
    admission.admit(ALICE, 100).close();
  }

  @Test
  void closingATicketTwiceGivesItsBudgetBackOnce() {
    var admission = new Admission(2, 100);
    var first = admission.admit(ALICE, 1);
    admission.admit(ALICE, 1);
    first.close();
    first.close();
    admission.admit(ALICE, 1);
    assertThatThrownBy(() -> admission.admit(ALICE, 1)).hasMessageContaining("count cap 2");
  }
}
