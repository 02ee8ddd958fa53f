package dev.farsight.engine.config;

import dev.farsight.api.config.ConfigException;
import dev.farsight.api.internal.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A file includes one that is not there. Who knows the including file adds its name. */
final class MissingInclude extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String what;

  MissingInclude(String what, Throwable cause) {
    super(what, cause);
    this.what = what;
  }

  /**
   * The error for the user.
   *
   * @param file the including file
   */
  ConfigException in(String file) {
    return new ConfigException(
        file
            + ": "
            + line(Path.of(file))
            + "include \""
            + Quoted.of(what)
            + "\": there is no such file, nor with .conf, .json or .properties after it; its name"
            + " is relative to the folder of the including file, or absolute",
        this);
  }

  /** The parser does not tell where an include is written. Empty if it is not found. */
  private String line(Path file) {
    var include = Pattern.compile("^[^#]*\\binclude\\b.*\"" + Pattern.quote(what) + "\".*");
    try {
      List<String> lines = Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
      for (int n = 0; n < lines.size(); n++) {
        if (include.matcher(lines.get(n)).matches()) {
          return n + 1 + ": ";
        }
      }
    } catch (IOException e) {
      // Without a line, then.
    }
    return "";
  }
}
