package io.omnigraph.model;

/** What of Java's strings is text: UTF-16 allows halves of characters, UTF-8 does not. */
public final class UnicodeText {

  private UnicodeText() {}

  /**
   * Whether a surrogate stands without its other half. Such text cannot be stored: encoding it
   * would silently turn the half into a question mark.
   */
  public static boolean hasUnpairedSurrogate(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isLowSurrogate(c)
          || i + 1 == text.length()
          || !Character.isLowSurrogate(text.charAt(i + 1))) {
        return true;
      }
      i++;
    }
    return false;
  }
}
