package io.omnigraph.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build of OmniGraph this is. */
public final class BuildInfo {

  private static final String VERSION = read();

  private BuildInfo() {}

  /** The version of the build, such as {@code 0.1.0}. */
  public static String version() {
    return VERSION;
  }

  private static String read() {
    var properties = new Properties();
    try (InputStream in = BuildInfo.class.getResourceAsStream("/omnigraph-build.properties")) {
      if (in == null) {
        throw new IllegalStateException("omnigraph-build.properties is missing from the program");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
