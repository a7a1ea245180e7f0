package io.questdb.jar.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JarJniLoaderTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86-64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, darwin-aarch64",
    "Mac OS X, x86_64, darwin-x86-64"
  })
  void namesPlatformsAsLanceDoes(String osName, String osArch, String platform) {
    assertThat(JarJniLoader.platform(osName, osArch)).isEqualTo(platform);
  }

  @Test
  void theBuildHasUnpackedTheLibraryWhereTheLoaderLooks() {
    String directory = System.getProperty(JarJniLoader.DIRECTORY_PROPERTY);
    String platform =
        JarJniLoader.platform(System.getProperty("os.name"), System.getProperty("os.arch"));

    assertThat(Path.of(directory, "nativelib", platform, System.mapLibraryName("lance_jni")))
        .isRegularFile();
  }

  @Test
  void aMissingLibraryIsAnErrorThatNamesLibraryAndPlatform() {
    assertThatThrownBy(() -> JarJniLoader.loadLib(getClass(), "/nativelib", "no_such_library"))
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining("no_such_library")
        .hasMessageContaining(
            JarJniLoader.platform(System.getProperty("os.name"), System.getProperty("os.arch")));
  }
}
