package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.lance.RawTables.ids;
import static io.omnigraph.storage.lance.RawTables.scan;
import static io.omnigraph.storage.lance.RawTables.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.Value;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request.Kind;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Ref;
import org.lance.Session;
import org.lance.cleanup.CleanupPolicy;
import org.lance.ipc.ScanOptions;
import org.lance.operation.Append;
import org.lance.operation.Merge;
import org.lance.operation.Overwrite;
import org.lance.operation.Restore;

/** What the library does with commits, files, versions and branches. */
class LanceCommitSurfaceTest extends LanceSurfaceTestBase {

  // ---- conflicts

  @Test
  void anUpdateThatRemovesAFragmentThatNeverExistedConflictsWithItsLike() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> second = raw.write(base.uri(), ID_BODY, row("c", "x"));
    assertThat(appended(base, "b").version()).isEqualTo(2);
    assertThatThrownBy(() -> raw.commit(base, update(List.of(), FENCE, second, fields(base))))
        .hasMessageContaining("Retryable commit conflict");
  }

  @Test
  void withoutTheFenceUpdatesAndAppendsSlidePastEachOther() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    appended(base, "b");
    Dataset update =
        raw.commit(
            base,
            update(
                List.of(), List.of(), raw.write(base.uri(), ID_BODY, row("c", "x")), fields(base)));
    assertThat(update.version()).isEqualTo(3);
    Dataset append =
        raw.commit(
            base,
            Append.builder().fragments(raw.write(base.uri(), ID_BODY, row("d", "x"))).build());
    assertThat(append.version()).isEqualTo(4);
  }

  @Test
  void aStaleOverwriteIsAcceptedAndDropsTheIndices() {
    Dataset base = raw.btree(raw.create(uri("t"), ID_BODY, row("a", "x")), "id");
    appended(base, "b");
    Dataset overwritten =
        raw.commit(
            base,
            Overwrite.builder()
                .fragments(raw.write(base.uri(), ID_BODY, row("c", "x")))
                .schema(ID_BODY)
                .build());
    assertThat(overwritten.countRows()).isEqualTo(1);
    assertThat(overwritten.listIndexes()).isEmpty();
  }

  @Test
  void deletingTheLastRowOfAFragmentYieldsNothingToUpdate() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"), row("b", "y"));
    Fragment fragment = base.getFragments().get(0);
    assertThat(fragment.deleteRows(List.of(1)).getNumDeletions()).isEqualTo(1);
    assertThat(fragment.deleteRows(List.of(0, 1))).isNull();
  }

  @Test
  void restoreUsesRowIdsAgainButNotFragmentIds() throws Exception {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    Dataset second = appended(base, "b");
    Dataset restored = raw.commit(second, new Restore.Builder().version(1).build());
    Dataset again = appended(restored, "c");
    ScanOptions rowIds =
        new ScanOptions.Builder().columns(List.of("_rowid")).filter("id = 'c'").build();
    assertThat(scan(again, rowIds)).containsExactly(new Value.Int(1));
    assertThat(again.getFragments()).extracting(Fragment::getId).containsExactly(0, 2);
  }

  // ---- files and versions

  @Test
  void aTruncatedFileIsCommittedWithoutComplaint() throws Exception {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> added = raw.write(base.uri(), ID_BODY, row("b", "y"));
    Path file = directory.resolve("t/data").resolve(added.get(0).getFiles().get(0).getPath());
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(Files.size(file) / 2);
    }
    Dataset broken = raw.commit(base, update(List.of(), FENCE, added, fields(base)));
    assertThat(broken.version()).isEqualTo(2);
    assertThatThrownBy(() -> ids(broken, "")).isInstanceOf(Exception.class);
  }

  @Test
  void cleanupKeepsVersionsForTagsAndBranchesOnly() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    Dataset second = appended(base, "b");
    Dataset third = appended(second, "c");
    Dataset head = appended(third, "d");
    head.tags().create("keep", 2);
    // Handles are open on every version; that does not count.
    assertThat(
            head.cleanupWithPolicy(
                    CleanupPolicy.builder()
                        .withBeforeVersion(4)
                        .withErrorIfTaggedOldVersions(false)
                        .build())
                .getOldVersions())
        .isEqualTo(2);
    assertThat(head.listVersions()).extracting(v -> v.getId()).containsExactly(2L, 4L);
  }

  @Test
  void datasetsCleanUpNothingByThemselves() {
    assertThat(raw.create(uri("t"), ID_BODY, row("a", "x")).getConfig()).isEmpty();
  }

  @Test
  void addedColumnsGetFreshFieldIdsAlsoAfterADrop() {
    Dataset base = raw.create(uri("t"), ID_BODY, row("a", "x"));
    List<FragmentMetadata> same = base.getFragments().stream().map(Fragment::metadata).toList();
    Schema only = new Schema(List.of(TableSchemas.text("id", false)));
    Dataset narrow = raw.commit(base, Merge.builder().fragments(same).schema(only).build());
    Dataset wide = raw.commit(narrow, Merge.builder().fragments(same).schema(ID_BODY).build());
    assertThat(fields(narrow)).containsExactly(0);
    assertThat(fields(wide)).containsExactly(0, 2);
    assertThatThrownBy(
            () -> raw.commit(wide, Merge.builder().fragments(List.of()).schema(only).build()))
        .hasMessageContaining("reduced fragment count");
  }

  // ---- branches

  @Test
  void theHandleOfANewBranchIsOfNoUse() throws Exception {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    try (Dataset useless = main.createBranch("b", Ref.ofMain(1))) {
      assertThatThrownBy(useless::getSchema).isInstanceOf(NullPointerException.class);
    }
    assertThatThrownBy(() -> main.createBranch("c", Ref.ofMain(1), Map.of()))
        .as("no options at all must not be given as empty options")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFolderWithoutReferenceBlocksABranchUntilItIsDeleted() throws Exception {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    main.createBranch("b", Ref.ofMain(1)).close();
    Files.delete(directory.resolve("t/_refs/branches/b.json"));
    assertThat(main.branches().list()).isEmpty();
    assertThatThrownBy(() -> main.createBranch("b", Ref.ofMain(1))).isInstanceOf(Exception.class);
    main.branches().delete("b");
    main.createBranch("b", Ref.ofMain(1)).close();
    assertThat(main.branches().list()).hasSize(1);
  }

  @Test
  void aBranchMadeAnewHasAnotherIdentity() {
    Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
    main.createBranch("b", Ref.ofMain(1)).close();
    var first = main.branches().list().get(0).getBranchIdentifier();
    main.branches().delete("b");
    main.createBranch("b", Ref.ofMain(1)).close();
    assertThat(main.branches().list().get(0).getBranchIdentifier()).isNotEqualTo(first);
  }

  @Test
  void aSessionServesRowIdsOfADeletedBranchToItsSuccessor() throws Exception {
    try (Session session = Session.builder().build()) {
      Dataset main = raw.create(uri("t"), ID_BODY, row("a", "x"));
      main.createBranch("b", Ref.ofMain(1)).close();
      Dataset old = raw.open(uri("t/tree/b"), 1, session, Map.of());
      Dataset oldNext =
          raw.commit(
              old,
              update(
                  List.of(),
                  FENCE,
                  raw.write(old.uri(), ID_BODY, row("1", "x"), row("2", "x")),
                  fields(old)));
      ScanOptions rowIds = new ScanOptions.Builder().columns(List.of("_rowid", "id")).build();
      assertThat(scan(oldNext, rowIds)).hasSize(3);
      main.branches().delete("b");
      main.createBranch("b", Ref.ofMain(1)).close();
      Dataset young = raw.open(uri("t/tree/b"), 1, session, Map.of());
      Dataset youngNext =
          raw.commit(
              young,
              update(
                  List.of(),
                  FENCE,
                  raw.write(young.uri(), ID_BODY, row("1", "x"), row("2", "x"), row("3", "x")),
                  fields(young)));
      assertThatThrownBy(() -> scan(youngNext, rowIds)).hasMessageContaining("same length");
    }
  }

  // ---- lost answers

  @Test
  void aLostAnswerDoublesAnAppendUnlessTheClientDoesNotRetry() throws Exception {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint()) {
      Map<String, String> retrying = new HashMap<>();
      retrying.put("aws_endpoint", endpoint.url());
      retrying.put("aws_region", "us-east-1");
      retrying.put("aws_access_key_id", "key");
      retrying.put("aws_secret_access_key", "secret");
      retrying.put("allow_http", "true");
      Map<String, String> once = new HashMap<>(retrying);
      once.put("client_max_retries", "0");
      try (RawTables s3 = new RawTables(retrying);
          Session session = Session.builder().build()) {
        String uri = "s3://bucket/surface";
        s3.create(uri, ID_BODY, row("a", "x"));
        Dataset base = s3.open(uri, 1, session, retrying);
        loseAnswerOfNextManifest(endpoint);
        Dataset doubled =
            s3.commit(
                base, Append.builder().fragments(s3.write(uri, ID_BODY, row("b", "y"))).build());
        assertThat(doubled.countRows()).isEqualTo(3);
        Dataset honest = s3.open(uri, doubled.version(), session, once);
        List<FragmentMetadata> added = s3.write(uri, ID_BODY, row("c", "z"));
        loseAnswerOfNextManifest(endpoint);
        assertThatThrownBy(() -> s3.commit(honest, update(List.of(), FENCE, added, fields(honest))))
            .satisfies(
                e -> assertThat(LanceErrors.classify(e)).isEqualTo(LanceErrors.Situation.NETWORK));
        assertThat(honest.latestVersion()).isEqualTo(doubled.version() + 1);
      }
    }
  }

  private static void loseAnswerOfNextManifest(AtomicS3Endpoint endpoint) {
    endpoint
        .faults()
        .next(S3Faults.on(Kind.PUT, "_versions/.*manifest"), S3Faults.Effect.LOSE_ANSWER);
  }
}
