package io.omnigraph.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.ObjectStore.Etag;
import io.omnigraph.storage.ObjectStore.ObjectInfo;
import io.omnigraph.storage.ObjectStore.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every object store promises, whatever lies below. */
public abstract class ObjectStoreContract {

  protected ObjectStore store;

  /** A store on a root that no other test uses. */
  protected abstract ObjectStore freshStore();

  /** Whether conditional writes hold under races too; some emulators' do not. */
  protected boolean conditionsAreAtomic() {
    return true;
  }

  @BeforeEach
  void open() {
    store = freshStore();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatWasPutIsReadBackWithItsTag() {
    Etag tag = store.put("a/b/c.json", bytes("one"));
    StoredObject found = store.get("a/b/c.json").orElseThrow();
    assertThat(found.bytes()).isEqualTo(bytes("one"));
    assertThat(found.etag()).isEqualTo(tag);
    assertThat(store.stat("a/b/c.json")).map(ObjectInfo::size).contains(3L);
  }

  @Test
  void emptyObjectsAndOddNamesAreFine() {
    store.put("x/empty", new byte[0]);
    store.put("x/with space+and%20percent ünï.json", bytes("odd"));
    assertThat(store.get("x/empty").orElseThrow().bytes()).isEmpty();
    assertThat(text("x/with space+and%20percent ünï.json")).contains("odd");
    assertThat(store.list("x/"))
        .extracting(ObjectInfo::key)
        .containsExactly("x/empty", "x/with space+and%20percent ünï.json");
  }

  @Test
  void missingObjectsAreEmpty() {
    store.put("folder/file", bytes("x"));
    for (String key : List.of("nope", "folder", "folder/file/below", "folder/nope")) {
      assertThat(store.get(key)).as(key).isEmpty();
      assertThat(store.stat(key)).as(key).isEmpty();
    }
  }

  @Test
  void putReplaces() {
    store.put("k", bytes("one"));
    Etag second = store.put("k", bytes("two"));
    assertThat(text("k")).contains("two");
    assertThat(store.get("k").orElseThrow().etag()).isEqualTo(second);
  }

  @Test
  void createIfAbsentCreatesOnce() {
    assertThat(store.putIfAbsent("k", bytes("one"))).isPresent();
    assertThat(store.putIfAbsent("k", bytes("two"))).isEmpty();
    assertThat(text("k")).contains("one");
    store.delete("k");
    assertThat(store.putIfAbsent("k", bytes("three"))).isPresent();
    assertThat(text("k")).contains("three");
  }

  @Test
  void compareAndSwapNeedsTheCurrentTag() {
    Etag first = store.put("k", bytes("one"));
    Etag second = store.putIfMatch("k", bytes("two"), first).orElseThrow();
    assertThat(store.putIfMatch("k", bytes("three"), first)).isEmpty();
    assertThat(text("k")).contains("two");
    assertThat(store.putIfMatch("k", bytes("four"), second)).isPresent();
    assertThat(store.putIfMatch("absent", bytes("x"), second)).isEmpty();
    assertThat(store.get("absent")).isEmpty();
  }

  @Test
  void deletionIsIdempotent() {
    store.put("d/k", bytes("one"));
    store.delete("d/k");
    store.delete("d/k");
    store.delete("never/there");
    assertThat(store.get("d/k")).isEmpty();
  }

  @Test
  void listingsAreSortedRecursiveAndByPrefix() {
    for (String key : List.of("p/b", "p/a/z", "p/a", "q/x", "pp/y", "p/c/d/e")) {
      if (!key.equals("p/a")) {
        store.put(key, bytes(key));
      }
    }
    assertThat(keys("p/")).containsExactly("p/a/z", "p/b", "p/c/d/e");
    assertThat(keys("p")).containsExactly("p/a/z", "p/b", "p/c/d/e", "pp/y");
    assertThat(keys("p/c/d/")).containsExactly("p/c/d/e");
    assertThat(keys("")).contains("q/x", "pp/y");
    assertThat(keys("nothing/")).isEmpty();
    assertThat(store.list("p/b").get(0).size()).isEqualTo(3);
    assertThat(store.list("p/b").get(0).lastModified()).isNotNull();
  }

  @Test
  void moreKeysThanAPageHoldsAreListedAndDeleted() throws Exception {
    int count = 1_050;
    int threads = 8;
    race(
        threads,
        i -> {
          for (int n = i; n < count; n += threads) {
            putAtLast("many/%04d".formatted(n));
          }
          return Optional.<Etag>empty();
        });
    store.put("many-more", bytes("x"));
    assertThat(keys("many/"))
        .containsExactlyElementsOf(
            IntStream.range(0, count).mapToObj("many/%04d"::formatted).toList());
    store.deletePrefix("many/");
    assertThat(keys("many")).containsExactly("many-more");
  }

  /** So many puts may meet a lost answer; who puts the same again need not know. */
  private void putAtLast(String key) {
    for (int attempt = 1; ; attempt++) {
      try {
        store.put(key, bytes("x"));
        return;
      } catch (StorageException e) {
        if (attempt == 3 || !e.code().equals("storage_outcome_unknown")) {
          throw e;
        }
      }
    }
  }

  @Test
  void aPrefixIsDeletedAndNothingBesideIt() {
    for (String key : List.of("t/a/1", "t/a/b/2", "t/ab/3", "t/c")) {
      store.put(key, bytes(key));
    }
    store.deletePrefix("t/a/");
    store.deletePrefix("t/a/");
    assertThat(keys("t/")).containsExactly("t/ab/3", "t/c");
  }

  @Test
  void keysThatWouldLeaveTheRootAreRefused() {
    for (String key : List.of("", "/abs", "a//b", "../up", "a/../b", "a/")) {
      assertThatThrownBy(() -> store.put(key, bytes("x")))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> store.deletePrefix("no-slash"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.list("../")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofRacingCreationsExactlyOneWins() throws Exception {
    assumeTrue(conditionsAreAtomic(), "conditional writes of this server do not hold in races");
    for (int round = 0; round < 5; round++) {
      String key = "race/" + round;
      List<Optional<Etag>> outcomes = race(8, i -> store.putIfAbsent(key, bytes("writer " + i)));
      assertThat(outcomes).filteredOn(Optional::isPresent).hasSize(1);
    }
  }

  @Test
  void racingCompareAndSwapsLoseNoUpdate() throws Exception {
    assumeTrue(conditionsAreAtomic(), "conditional writes of this server do not hold in races");
    store.put("counter", bytes("0"));
    race(
        4,
        i -> {
          for (int n = 0; n < 5; n++) {
            increment();
          }
          return Optional.<Etag>empty();
        });
    assertThat(text("counter")).contains("20");
  }

  private void increment() {
    while (true) {
      StoredObject current = store.get("counter").orElseThrow();
      int value = Integer.parseInt(new String(current.bytes(), UTF_8));
      if (store.putIfMatch("counter", bytes("" + (value + 1)), current.etag()).isPresent()) {
        return;
      }
    }
  }

  @Test
  void readersNeverSeeHalfAnObject() throws Exception {
    byte[] small = bytes("s".repeat(10));
    byte[] large = bytes("l".repeat(300_000));
    store.put("k", small);
    race(
        3,
        i -> {
          for (int n = 0; n < 20; n++) {
            if (i == 0) {
              store.put("k", n % 2 == 0 ? large : small);
            } else {
              assertThat(store.get("k").orElseThrow().bytes().length)
                  .isIn(small.length, large.length);
            }
          }
          return Optional.<Etag>empty();
        });
  }

  @Test
  void tornWritesAreRemovedAndWholeObjectsKept() {
    store.put("r/whole", bytes("x"));
    store.deleteTorn("r/");
    store.deleteTorn("nothing/");
    assertThat(keys("r/")).containsExactly("r/whole");
  }

  private interface Racer<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> race(int threads, Racer<T> racer) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<T>> tasks =
          IntStream.range(0, threads).<Callable<T>>mapToObj(i -> () -> racer.run(i)).toList();
      List<T> outcomes = new java.util.ArrayList<>();
      for (Future<T> outcome : pool.invokeAll(tasks)) {
        outcomes.add(outcome.get());
      }
      return outcomes;
    }
  }

  private List<String> keys(String prefix) {
    return store.list(prefix).stream().map(ObjectInfo::key).toList();
  }

  private Optional<String> text(String key) {
    return store.get(key).map(o -> new String(o.bytes(), UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
