package io.omnigraph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An import makes the whole graph or nothing: of damaged bundles, over other files, when it dies.
 */
class BundleImportTest extends Bundles {

  private byte[] small() {
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("small").toString(), SCHEMA, false, options())) {
      Random random = new Random(9);
      for (int i = 0; i < 6; i++) {
        step(graph, random, BranchName.MAIN);
      }
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      step(graph, random, new BranchName("side"));
      return bundle(graph);
    }
  }

  private void requireNothing(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
          .allMatch(name -> name.startsWith("__lease") || name.endsWith(".lock"));
    }
  }

  @Test
  void damagedBundlesAreRefusedAndLeaveNothingBehind() throws IOException {
    byte[] bundle = small();
    Random random = new Random(31);
    Path root = folder.resolve("damaged");
    for (int i = 0; i < 12; i++) {
      byte[] cut = Arrays.copyOf(bundle, random.nextInt(bundle.length - 1));
      assertThatThrownBy(() -> restore(cut, "damaged"))
          .as("cut at " + cut.length)
          .isInstanceOfSatisfying(
              BadRequestException.class,
              e ->
                  assertThat(e.code())
                      .isIn("bundle_truncated", "bundle_corrupt", "not_a_bundle", "invalid_json"));
      requireNothing(root);
      byte[] flipped = bundle.clone();
      int at = random.nextInt(bundle.length);
      flipped[at] ^= (byte) (1 << random.nextInt(7));
      assertThatThrownBy(() -> restore(flipped, "damaged"))
          .as("flipped at " + at)
          .isInstanceOf(GraphException.class);
      requireNothing(root);
    }
    byte[] longer = Arrays.copyOf(bundle, bundle.length + 1);
    longer[bundle.length] = '\n';
    assertThatThrownBy(() -> restore(longer, "damaged")).hasMessageContaining("nothing may follow");
    assertThat(restore(bundle, "damaged").commits()).isPositive();
  }

  /** The bundle with other words in it, its checksums made to fit. */
  private static byte[] edited(byte[] bundle, String from, String to) throws Exception {
    MessageDigest whole = MessageDigest.getInstance("SHA-256");
    MessageDigest section = MessageDigest.getInstance("SHA-256");
    var out = new ByteArrayOutputStream();
    for (String text : new String(bundle, UTF_8).replace(from, to).lines().toList()) {
      String line = text;
      if (line.startsWith("{\"section\":\"")) {
        MessageDigest sum = line.contains("\"complete\"") ? whole : section;
        if (line.contains("\"sha256\"")) {
          String hex = HexFormat.of().formatHex(((MessageDigest) sum.clone()).digest());
          line = line.replaceFirst("\"sha256\":\"[0-9a-f]+\"", "\"sha256\":\"" + hex + "\"");
        } else {
          section.reset();
        }
      }
      byte[] bytes = (line + "\n").getBytes(UTF_8);
      whole.update(bytes);
      section.update(bytes);
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void valuesThatTheSchemaForbidsAreRefusedHoweverWellTheBundleIsSealed() throws Exception {
    String schema =
        """
        node Doc {
          name: String @key
          n: I32?  code: String?  kind: enum(a, b)?
          @range(n, 0..100)
          @check(code, "^[A-Z]+$")
        }
        """;
    byte[] bundle;
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("ruled").toString(), schema, false, options())) {
      graph.load(
          new ByteArrayInputStream(
              "{\"type\":\"Doc\",\"data\":{\"name\":\"x\",\"n\":77,\"code\":\"ABC\",\"kind\":\"b\"}}\n"
                  .getBytes(UTF_8)),
          LoadMode.APPEND,
          BranchName.MAIN,
          null,
          WriteOptions.by(null));
      bundle = bundle(graph);
    }
    assertThat(restore(edited(bundle, "\"n\":77", "\"n\":78"), "fine").commits()).isPositive();
    Map<String, String> edits =
        Map.of("\"n\":77", "\"n\":101", "\"ABC\"", "\"abc\"", "\"kind\":\"b\"", "\"kind\":\"c\"");
    for (var edit : edits.entrySet()) {
      assertThatThrownBy(() -> restore(edited(bundle, edit.getKey(), edit.getValue()), "edited"))
          .as(edit.getValue())
          .isInstanceOfSatisfying(
              BadRequestException.class,
              e -> assertThat(e).hasMessageContaining(" of the bundle breaks its schema"));
      requireNothing(folder.resolve("edited"));
    }
  }

  @Test
  void otherFormatsAndOtherFilesAreNamed() {
    String newer = new String(small(), UTF_8).replaceFirst("\"format\":1", "\"format\":99");
    assertThatThrownBy(() -> restore(newer.getBytes(UTF_8), "x"))
        .hasMessageContaining("the bundle has format 99; this build reads format 1");
    String records = "{\"type\":\"Doc\",\"data\":{\"name\":\"a\"}}\n";
    assertThatThrownBy(() -> restore(records.getBytes(UTF_8), "x"))
        .hasMessageContaining("load records of an export with `omnigraph load`");
    assertThatThrownBy(() -> restore(new byte[0], "x"))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.code()).isEqualTo("not_a_bundle"));
  }

  @Test
  void aGraphThatIsThereIsLeftAlone() {
    byte[] bundle = small();
    assertThatThrownBy(() -> restore(bundle, "small"))
        .isInstanceOfSatisfying(
            ConflictException.class, e -> assertThat(e.code()).isEqualTo("already_initialized"));
    try (OmniGraph graph = OmniGraph.open(folder.resolve("small").toString(), options())) {
      assertThat(bundle(graph)).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    byte[] bundle = small();
    Path theirs = folder.resolve("project/nodes/mine.txt");
    Files.createDirectories(theirs.getParent());
    Files.writeString(theirs, "precious");
    assertThatThrownBy(() -> restore(bundle, "project"))
        .isInstanceOfSatisfying(
            ConflictException.class, e -> assertThat(e.code()).isEqualTo("root_not_empty"));
    assertThat(theirs).hasContent("precious");
  }

  /** A stream that ends like a process does: with whatever is there left as it is. */
  private static final class Dies extends ByteArrayInputStream {
    Dies(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) {
      if (available() < 20_000) {
        throw new ThreadDeathLike();
      }
      return super.read(into, from, Math.min(length, 5_000));
    }
  }

  private static final class ThreadDeathLike extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void anImportThatWasKilledIsNoGraphAndStartsOver() throws IOException {
    byte[] bundle = small();
    Path root = folder.resolve("killed");
    // The state in the middle is what a kill leaves: it is copied away before the clean-up.
    Path middle = folder.resolve("middle");
    InputStream copying =
        new ByteArrayInputStream(bundle) {
          private boolean copied;

          @Override
          public synchronized int read(byte[] into, int from, int length) {
            if (available() < bundle.length / 2 && !copied) {
              copied = true;
              copyTree(root, middle);
            }
            return super.read(into, from, Math.min(length, 5_000));
          }
        };
    OmniGraph.importHistory(root.toString(), copying, options());
    assertThat(middle.resolve("__import.json")).exists();
    for (OpenOptions how : List.of(options(), OpenOptions.readOnly())) {
      assertThatThrownBy(() -> OmniGraph.open(middle.toString(), how).close())
          .hasMessageContaining("did not finish");
    }
    OmniGraph.importHistory(middle.toString(), new ByteArrayInputStream(bundle), options());
    assertThat(middle.resolve("__import.json")).doesNotExist();
    try (OmniGraph one = OmniGraph.open(root.toString(), options());
        OmniGraph two = OmniGraph.open(middle.toString(), options())) {
      assertThat(seen(two)).isEqualTo(seen(one));
    }
    assertThatThrownBy(
            () ->
                OmniGraph.importHistory(
                    folder.resolve("dies").toString(), new Dies(bundle), options()))
        .isInstanceOf(ThreadDeathLike.class);
    requireNothing(folder.resolve("dies"));
  }

  private static void copyTree(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.getFileName().toString().startsWith("__lease")) {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
