package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.BlobSources;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which blobs may be stored as references to something outside the graph. Whoever writes such a
 * reference lets the server read that place, so nothing is admitted unless it is listed.
 *
 * @param prefixes URIs; each admits itself and everything below it
 * @param sources looks at what is admitted before the reference is stored
 */
public record ExternalBlobs(List<String> prefixes, BlobSources sources) {

  /** The environment variable that lists the prefixes, separated by commas. */
  public static final String VARIABLE = "OMNIGRAPH_EXTERNAL_BLOBS";

  public static final ExternalBlobs NONE = new ExternalBlobs(List.of());

  public ExternalBlobs {
    prefixes = prefixes.stream().map(ExternalBlobs::checkedPrefix).toList();
  }

  /** Places that are not looked at, unless the graph that takes the references in does. */
  public ExternalBlobs(List<String> prefixes) {
    this(prefixes, BlobSources.UNCHECKED);
  }

  /** The same places, looked at. */
  public ExternalBlobs lookedAtBy(BlobSources newSources) {
    return new ExternalBlobs(prefixes, newSources);
  }

  /** The places that an environment lists. */
  public static ExternalBlobs fromEnvironment(Map<String, String> environment) {
    return new ExternalBlobs(
        Stream.of(environment.getOrDefault(VARIABLE, "").split(","))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList());
  }

  private static String checkedPrefix(String prefix) {
    if (!isPlain(prefix)) {
      throw new BadRequestException(
          "invalid_external_blobs",
          "'" + prefix + "' is not a URI below which external blobs could be admitted",
          Map.of("prefix", prefix));
    }
    return canonical(prefix);
  }

  /** True if a reference to this URI may be stored. */
  public boolean admits(String uri) {
    if (!isPlain(uri)) {
      return false;
    }
    String wanted = canonical(uri);
    return prefixes.stream()
        .anyMatch(
            prefix ->
                wanted.equals(prefix)
                    || wanted.startsWith(prefix.endsWith("/") ? prefix : prefix + "/"));
  }

  /** One spelling of a local path: {@code file:/x} and {@code file:///x} are the same place. */
  private static String canonical(String uri) {
    int colon = uri.indexOf(':');
    String scheme = uri.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = uri.substring(colon + 1);
    if (scheme.equals("file") && rest.startsWith("/") && !rest.startsWith("//")) {
      rest = "//" + rest;
    }
    return scheme + ":" + rest;
  }

  /** An absolute URI without steps upwards, however they are spelled, and without user or query. */
  private static boolean isPlain(String text) {
    try {
      URI uri = new URI(text);
      String path = uri.getPath();
      return uri.isAbsolute()
          && path != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && !uri.getRawSchemeSpecificPart().contains("%")
          && Stream.of(path.split("/")).noneMatch(s -> s.equals("..") || s.equals("."))
          && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
