package dev.farsight.reading.file;

import com.typesafe.config.ConfigValueType;
import dev.farsight.api.FarsightException;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/**
 * Turns {@code data.path} into the files to read, in order. Each of its entries is a file, a folder
 * (all its files but hidden ones and those that begin with {@code _}) or a glob, of files, or if it
 * matches none, of folders; entries keep their order, the files of a folder or glob are sorted so
 * that {@code day_2} comes before {@code day_10}.
 */
public final class DataPaths {

  private static final String KEY = "path";

  private DataPaths() {}

  /**
   * @param data the section {@code farsight.data}
   * @throws dev.farsight.api.config.ConfigException if the path is not set or names nothing
   * @throws FarsightException if a folder holds no file, or cannot be listed
   */
  public static List<Path> resolve(Settings data) {
    if (!data.has(KEY)) {
      throw data.bad(KEY, "is not set: name the file, folder or glob to read");
    }
    var files = new ArrayList<Path>();
    for (String entry : data.strings(KEY)) {
      files.addAll(resolve(data, entry));
    }
    if (files.isEmpty()) {
      throw data.bad(KEY, "names no file");
    }
    return List.copyOf(files);
  }

  private static List<Path> resolve(Settings data, String entry) {
    Path path = path(data, entry);
    // A file whose name holds glob characters is still a file.
    if (path != null && Files.isDirectory(path)) {
      List<Path> files = ofFolder(path);
      if (files.isEmpty()) {
        throw new FarsightException(entry + ": the folder holds no data files");
      }
      return files;
    }
    if (path != null && Files.exists(path)) {
      return List.of(path);
    }
    if (entry.isBlank()) {
      throw data.bad(KEY, "names no file");
    }
    if (!hasGlob(entry)) {
      throw absent(data, path);
    }
    List<Path> files = glob(data, entry);
    if (files.isEmpty()) {
      throw data.bad(KEY, isList(data) ? "has no match for " + entry : "matches no file");
    }
    return files;
  }

  /** The error for a path at which nothing is, or where that cannot be seen. */
  private static FarsightException absent(Settings data, Path path) {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return new FarsightException(path + ": appeared only now; start again");
    } catch (NoSuchFileException e) {
      return data.bad(KEY, isList(data) ? "not found: " + path : "not found");
    } catch (IOException e) {
      return new FarsightException(path + ": cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Whether a message has to name the entry, beside the value of the key. */
  private static boolean isList(Settings data) {
    return data.config().getValue(KEY).valueType() == ConfigValueType.LIST;
  }

  private static boolean hasGlob(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static Path path(Settings data, String entry) {
    try {
      return Path.of(entry);
    } catch (InvalidPathException e) {
      throw data.bad(KEY, "is not a path: " + e.getMessage());
    }
  }

  private static List<Path> glob(Settings data, String entry) {
    String[] parts = entry.split("/", -1);
    int fixed = 0;
    while (!hasGlob(parts[fixed])) {
      fixed++;
    }
    String root = String.join("/", List.of(parts).subList(0, fixed));
    Path base = Path.of(fixed > 0 && root.isEmpty() ? "/" : root);
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    int depth = entry.contains("**") ? Integer.MAX_VALUE : parts.length - fixed;
    try {
      PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + entry);
      List<Path> files = list(base, depth, file -> !Files.isDirectory(file) && glob.matches(file));
      return files.isEmpty() ? ofFolders(base, depth, glob) : files;
    } catch (PatternSyntaxException e) {
      throw data.bad(KEY, "is not a glob: " + e.getDescription());
    }
  }

  /** The files of the folders that a glob matches. */
  private static List<Path> ofFolders(Path base, int depth, PathMatcher glob) {
    return list(base, depth, path -> Files.isDirectory(path) && glob.matches(path)).stream()
        .flatMap(folder -> ofFolder(folder).stream())
        .toList();
  }

  private static List<Path> ofFolder(Path folder) {
    return list(folder, 1, file -> Files.isRegularFile(file) && isData(file));
  }

  private static List<Path> list(Path base, int depth, Predicate<Path> wanted) {
    // An empty base stands for the working directory and must not appear in the names.
    boolean unnamed = base.toString().isEmpty();
    Path start = unnamed ? Path.of(".") : base;
    try (var found = Files.walk(start, depth)) {
      return found
          .map(file -> unnamed ? start.relativize(file) : file)
          .filter(wanted)
          .sorted(NaturalOrder.of(Path::toString))
          .toList();
    } catch (IOException e) {
      throw unlisted(start, e);
    } catch (UncheckedIOException e) {
      throw unlisted(start, e.getCause());
    }
  }

  private static FarsightException unlisted(Path start, IOException e) {
    return new FarsightException(start + ": cannot be listed: " + IoReason.of(e), e);
  }

  private static boolean isData(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".") && !name.startsWith("_");
  }
}
