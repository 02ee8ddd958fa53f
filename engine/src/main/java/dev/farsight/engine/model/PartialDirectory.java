package dev.farsight.engine.model;

import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.DurableFiles;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that is written beside its place and put there when it is complete and on disk:
 *
 * <pre>
 * model.partial/farsight-partial      proof that Farsight made this directory, and may delete it
 * model.partial/content               what is written; becomes {@code model}
 * model.partial/replaced              what was at {@code model}, where the two cannot be exchanged in one step
 * </pre>
 *
 * What was in that place is replaced in one step (Linux's {@code renameat2}), and then deleted if
 * it is proved to be Farsight's; otherwise it is kept under another name. Where the file system
 * cannot exchange directories, there is a moment between two renames with none in the place; a
 * process killed in that moment leaves both, and the next call puts the earlier one back.
 */
final class PartialDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(PartialDirectory.class);

  private static final String PROOF = "farsight-partial";
  private static final String PROOF_TEXT =
      "Farsight writes in this directory, and may delete it at any time.\n";

  private final Path target;
  private final Path partial;
  private final Path content;
  private final Path replaced;

  private PartialDirectory(Path target, Path partial) {
    this.target = target;
    this.partial = partial;
    content = partial.resolve("content");
    replaced = partial.resolve("replaced");
  }

  /**
   * Creates the directory. What a process that was killed left is deleted; a directory of the same
   * name that Farsight did not make stays, and another name is taken.
   *
   * @param target where {@link #publish} puts the content
   */
  static PartialDirectory create(Path target) throws IOException {
    if (target.toAbsolutePath().getParent() != null) {
      Files.createDirectories(target.toAbsolutePath().getParent());
    }
    for (int n = 1; ; n++) {
      String suffix = n == 1 ? ".partial" : ".partial-" + n;
      var made = new PartialDirectory(target, target.resolveSibling(target.getFileName() + suffix));
      if (Files.exists(made.partial, LinkOption.NOFOLLOW_LINKS) && made.proved()) {
        made.deleteLeftover();
      }
      try {
        Files.createDirectory(made.partial);
      } catch (FileAlreadyExistsException e) {
        continue; // not ours
      }
      Files.writeString(made.partial.resolve(PROOF), PROOF_TEXT);
      Files.createDirectory(made.content);
      return made;
    }
  }

  private boolean proved() throws IOException {
    Path proof = partial.resolve(PROOF);
    return Files.isDirectory(partial, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(proof, LinkOption.NOFOLLOW_LINKS)
        && Files.size(proof) == PROOF_TEXT.length()
        && Files.readString(proof, StandardCharsets.ISO_8859_1).equals(PROOF_TEXT);
  }

  private void deleteLeftover() throws IOException {
    if (Files.exists(replaced) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.rename(replaced, target);
    }
    delete();
  }

  /** The proof goes last, so that a deletion that was interrupted can be gone on with. */
  private void delete() throws IOException {
    DurableFiles.delete(content);
    DurableFiles.delete(replaced);
    DurableFiles.delete(partial);
  }

  /** The empty folder to write to. */
  Path content() {
    return content;
  }

  /**
   * Forces the content to disk and puts it in its place; on return, it is there durably.
   *
   * @param ours whether what is in that place was made by Farsight and is of no further use
   */
  void publish(Predicate<Path> ours) throws IOException {
    forceAll(content);
    DurableFiles.force(partial);
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.rename(content, target);
    } else if (!ours.test(target)) {
      LOG.warn("{} was not made by Farsight: it is kept as {}", target, setAside());
      DurableFiles.rename(content, target);
    } else if (AtomicExchange.exchange(content, target)) {
      DurableFiles.force(target.toAbsolutePath().getParent());
    } else {
      replaceInTwoSteps();
    }
    try {
      delete();
    } catch (IOException e) {
      LOG.warn("{}: cannot be deleted, and is no longer needed: {}", partial, IoReason.of(e));
    }
  }

  private void replaceInTwoSteps() throws IOException {
    Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    try {
      DurableFiles.rename(content, target);
    } catch (IOException e) {
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
  }

  /** Gives what is in the place another name, which is returned. */
  private Path setAside() throws IOException {
    for (int n = 1; ; n++) {
      Path kept = target.resolveSibling(target.getFileName() + ".kept-" + n);
      if (!Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(target, kept, StandardCopyOption.ATOMIC_MOVE);
        return kept;
      }
    }
  }

  /** Forces every file, then every directory. */
  private static void forceAll(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        DurableFiles.force(path);
      }
    }
  }

  /** Gives the disk space back after a failure. */
  void discardAfter(Throwable failure) {
    try {
      delete();
    } catch (IOException | FarsightException e) {
      failure.addSuppressed(e);
    }
  }
}
