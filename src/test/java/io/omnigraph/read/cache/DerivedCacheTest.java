package io.omnigraph.read.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DerivedCacheTest {

  private record Name(String text) implements DerivedCache.Key {
    @Override
    public Object family() {
      return "family";
    }
  }

  /** A value of one part. */
  private record Block(Object part, long size) implements DerivedCache.Sized {
    @Override
    public void parts(DerivedCache.PartVisitor visitor) {
      visitor.part(part, size);
    }
  }

  private final AtomicLong clock = new AtomicLong();
  private final DerivedCache cache = new DerivedCache(100, clock::get);

  private Optional<DerivedCache.Lease> get(String name, long size, long cost) {
    return cache.get(
        new Name(name),
        size,
        key -> {
          clock.addAndGet(cost);
          return new Block(new Object(), size);
        });
  }

  private void use(String name, long size, long cost) {
    get(name, size, cost).orElseThrow().close();
  }

  @Test
  void aValueIsBuiltOnceAndFoundAfterwards() {
    use("a", 10, 1);
    try (DerivedCache.Lease lease = get("a", 10, 1).orElseThrow()) {
      assertThat(lease.isHit()).isTrue();
    }
    assertThat(cache.statistics().builds()).isEqualTo(1);
    assertThat(cache.statistics().heldBytes()).isEqualTo(10);
  }

  @Test
  void whatWasCheapPerByteGoesFirst() {
    use("cheap", 40, 1);
    use("dear", 40, 1000);
    use("new", 40, 10);
    assertThat(cache.find(new Name("cheap"))).isEmpty();
    assertThat(cache.find(new Name("dear"))).isPresent();
    assertThat(cache.statistics().heldBytes()).isEqualTo(80);
    assertThat(cache.statistics().evictions()).isEqualTo(1);
  }

  @Test
  void lentValuesStayAndWhatHasNoRoomIsRefused() {
    DerivedCache.Lease lent = get("lent", 60, 1).orElseThrow();
    assertThat(get("big", 60, 1)).isEmpty();
    assertThat(cache.statistics().refusals()).isEqualTo(1);
    lent.close();
    assertThat(get("big", 60, 1)).isPresent();
    assertThat(cache.find(new Name("lent"))).isEmpty();
  }

  @Test
  void aSharedPartIsCountedOnceAndLeavesWithItsLastHolder() {
    Object part = new Object();
    cache.put(new Name("one"), new Block(part, 30), 1);
    cache.put(new Name("two"), new Block(part, 30), 1);
    assertThat(cache.statistics().heldBytes()).isEqualTo(30);
    cache.drop(new Name("one")::equals);
    assertThat(cache.statistics().heldBytes()).isEqualTo(30);
    cache.drop(new Name("two")::equals);
    assertThat(cache.statistics().heldBytes()).isZero();
  }

  @Test
  void aFailedBuildIsToldAndTriedAgain() {
    assertThatThrownBy(
            () ->
                cache.get(
                    new Name("a"),
                    1,
                    key -> {
                      throw new BadRequestException("x", "first");
                    }))
        .hasMessage("first");
    assertThat(get("a", 1, 1)).isPresent();
  }

  @Test
  void manyWhoWantOneValueWaitForOneBuild() throws Exception {
    CountDownLatch building = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger builds = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<DerivedCache.Sized> first =
          threads.submit(
              () ->
                  lent(
                      cache.get(
                          new Name("a"),
                          1,
                          key -> {
                            builds.incrementAndGet();
                            building.countDown();
                            awaitOrFail(go);
                            return new Block(key, 1);
                          })));
      awaitOrFail(building);
      Future<DerivedCache.Sized> second =
          threads.submit(
              () -> {
                go.countDown();
                return lent(get("a", 1, 1));
              });
      assertThat(first.get(30, TimeUnit.SECONDS)).isSameAs(second.get(30, TimeUnit.SECONDS));
    }
    assertThat(builds).hasValue(1);
  }

  private static DerivedCache.Sized lent(Optional<DerivedCache.Lease> lease) {
    try (DerivedCache.Lease held = lease.orElseThrow()) {
      return held.value();
    }
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
