package io.omnigraph.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphUriTest {

  @Test
  void localPathsBecomeAbsoluteAndNormal() {
    Path here = Path.of("").toAbsolutePath();
    assertThat(GraphUri.parse("graph").path()).isEqualTo(here.resolve("graph"));
    assertThat(GraphUri.parse("/a/./b/../c/").toString()).isEqualTo("/a/c");
    assertThat(GraphUri.parse("file:///a/b%20c").toString()).isEqualTo("/a/b c");
    assertThat(GraphUri.parse("file:///a/b c").toString()).isEqualTo("/a/b c");
    assertThat(GraphUri.parse("file:/a/b").toString()).isEqualTo("/a/b");
    assertThat(GraphUri.parse("FILE://localhost/a").toString()).isEqualTo("/a");
    assertThat(GraphUri.parse("/with %20 and #").toString()).isEqualTo("/with %20 and #");
  }

  @Test
  void s3UrisKnowBucketAndPrefix() {
    GraphUri uri = GraphUri.parse("s3://bucket/some/prefix//");
    assertThat(uri.bucket()).isEqualTo("bucket");
    assertThat(uri.prefix()).isEqualTo("some/prefix");
    assertThat(uri.toString()).isEqualTo("s3://bucket/some/prefix");
    assertThat(GraphUri.parse("s3://bucket").prefix()).isEmpty();
    assertThat(uri.resolve("graphs/a"))
        .isEqualTo(GraphUri.parse("s3://bucket/some/prefix/graphs/a"));
    assertThat(uri.canonical()).isEqualTo(uri);
  }

  @Test
  void everythingElseIsRefusedWithTheReason() {
    assertThatThrownBy(() -> GraphUri.parse("https://host/graph"))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("--server");
    for (String text :
        List.of(
            "",
            " ",
            "gs://b/x",
            "s3://",
            "s3:///x",
            "s3://b//x",
            "s3://b/../x",
            "file://host/x",
            "file://")) {
      assertThatThrownBy(() -> GraphUri.parse(text))
          .as(text)
          .isInstanceOf(BadRequestException.class);
    }
  }

  @Test
  void twoPathsToOneFolderAreOneGraph(@TempDir Path directory) throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertThat(GraphUri.local(link.resolve("new/graph")).canonical())
        .isEqualTo(GraphUri.local(real.resolve("new/graph")).canonical());
    assertThat(GraphUri.local(directory).resolve("a/b").path()).isEqualTo(directory.resolve("a/b"));
  }
}
