package io.omnigraph.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the documentation hang together. */
class DocumentationTest {

  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<Path> pages = pages();

    assertThat(pages).contains(Path.of("README.md"), Path.of("docs/dev/architecture.md"));
    assertThat(deadLinks(pages)).isEmpty();
  }

  @Test
  void aDeadLinkIsFound(@TempDir Path folder) throws IOException {
    Path page = Files.writeString(folder.resolve("a.md"), "[a](a.md), [web](https://b), [x](x.md)");

    assertThat(deadLinks(List.of(page))).containsExactly(page + ": x.md");
  }

  @Test
  void everyPageBelowDocsIsReachableFromTheReadme() throws IOException {
    List<Path> reached = new ArrayList<>(List.of(Path.of("README.md"), Path.of("docs/README.md")));
    for (int i = 0; i < reached.size(); i++) {
      for (Path target : targets(reached.get(i))) {
        Path page = Files.isDirectory(target) ? target.resolve("README.md") : target;
        if (page.toString().endsWith(".md") && Files.exists(page) && !reached.contains(page)) {
          reached.add(page);
        }
      }
    }

    List<Path> expected =
        pages().stream()
            .filter(page -> !page.startsWith("docs/dev/decisions"))
            .filter(page -> !page.getFileName().toString().matches("\\d{4}-.*"))
            .toList();
    assertThat(reached).containsAll(expected);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      Stream<Path> pages = docs.filter(file -> file.toString().endsWith(".md")).sorted();
      return Stream.concat(Stream.of(Path.of("README.md")), pages).toList();
    }
  }

  private static List<String> deadLinks(List<Path> pages) throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages) {
      Path folder = page.toAbsolutePath().getParent();
      for (Path target : targets(page)) {
        if (!Files.exists(target)) {
          dead.add(page + ": " + folder.relativize(target.toAbsolutePath()));
        }
      }
    }
    return dead;
  }

  /** What a page links to inside the repository. */
  private static List<Path> targets(Path page) throws IOException {
    return LINK.matcher(Files.readString(page))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.contains("://"))
        .map(link -> page.resolveSibling(link).normalize())
        .toList();
  }
}
