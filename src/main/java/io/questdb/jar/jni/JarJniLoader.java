package io.questdb.jar.jni;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Loads the native library of the Lance client, preferring a copy that is already on disk.
 *
 * <p>The library measures about 180 MB. Unpacking it from its jar costs every process more than a
 * second and leaves a file behind when the process is killed. The build therefore unpacks it once
 * and names the folder in the system property {@value #DIRECTORY_PROPERTY}; the folder has the same
 * layout as the jar ({@code nativelib/<platform>/<file>}). Without the property, as in a program
 * that embeds OmniGraph as a plain dependency, the library is unpacked into a temporary file that
 * is unlinked as soon as it is mapped.
 *
 * <p>It is an interface because Lance's class files link to a static interface method.
 */
public interface JarJniLoader {

  /** System property that names the folder holding the unpacked library. */
  String DIRECTORY_PROPERTY = "omnigraph.native.dir";

  /**
   * Loads one native library into the class loader of this class.
   *
   * @param anchor class whose class path holds the library as a resource
   * @param resourceRoot absolute resource folder with one sub-folder per platform
   * @param name library name without the platform's prefix and suffix
   * @throws UnsatisfiedLinkError if there is no library for this platform or it cannot be linked
   */
  static <T> void loadLib(Class<T> anchor, String resourceRoot, String name) {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    String resource = resourceRoot + "/" + platform + "/" + System.mapLibraryName(name);
    String directory = System.getProperty(DIRECTORY_PROPERTY);
    if (directory != null) {
      Path unpacked = Path.of(directory + resource).toAbsolutePath();
      if (Files.isRegularFile(unpacked)) {
        System.load(unpacked.toString());
        return;
      }
    }
    loadFromClassPath(anchor, resource, name, platform, directory);
  }

  private static void loadFromClassPath(
      Class<?> anchor, String resource, String name, String platform, String directory) {
    try (InputStream in = anchor.getResourceAsStream(resource)) {
      if (in == null) {
        throw new UnsatisfiedLinkError(
            "no native library '%s' for platform %s: neither under %s=%s nor on the class path"
                .formatted(name, platform, DIRECTORY_PROPERTY, directory));
      }
      Path copy = Files.createTempFile(name, null);
      try {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        System.load(copy.toString());
      } finally {
        // The mapping outlives the name; unlinking now leaves nothing behind after a kill.
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the native library " + resource, e);
    }
  }

  /** The folder name that Lance uses for a platform, from the JVM's names of it. */
  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : os;
    return switch (osArch) {
      case "amd64", "x86_64" -> system + "-x86-64";
      default -> system + "-" + osArch;
    };
  }
}
