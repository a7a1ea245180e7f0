package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalBlobsTest {

  private final ExternalBlobs listed =
      ExternalBlobs.fromEnvironment(
          Map.of(ExternalBlobs.VARIABLE, " s3://media/public/, file:///srv/blobs ,"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://media/public/a.png",
        "S3://media/public/deep/er.png",
        "file:///srv/blobs/a",
        "file:/srv/blobs/a",
        "file:///srv/blobs"
      })
  void placesBelowAListedPrefixAreAdmitted(String uri) {
    assertThat(listed.admits(uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://media/private/a.png",
        "s3://media/publicity/a.png",
        "s3://media/public/../private/a.png",
        "s3://media/public/%2e%2e/private/a.png",
        "file:///srv/blobs/./../secret",
        "file:///srv/blobs-of-others/a",
        "file://host/srv/blobs/a",
        "s3://user@media/public/a",
        "s3://media/public/a?versionId=1",
        "s3://media/public/a\r\nSet-Cookie: x",
        "srv/blobs/a",
        "mailto:somebody",
        ""
      })
  void everythingElseIsDenied(String uri) {
    assertThat(listed.admits(uri)).isFalse();
  }

  @Test
  void nothingIsAdmittedUnlessItIsListed() {
    assertThat(ExternalBlobs.fromEnvironment(Map.of()).admits("s3://media/public/a")).isFalse();
  }

  @Test
  void aPrefixThatIsNoPlaceIsRefused() {
    assertThatThrownBy(() -> new ExternalBlobs(List.of("*")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("'*' is not a URI");
  }
}
