package dev.farsight.engine.attribution;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words for classes of a plugin that do not fit together: which class is missing or is another than
 * the plugin was compiled for, and which jar it came from.
 */
public final class LinkageReasons {

  private static final Pattern METHOD = Pattern.compile("([\\w$]+(?:\\.[\\w$]+)+)\\.[\\w$<>]+\\(");
  private static final Pattern CLASS =
      Pattern.compile("(?:[Cc]lass|[Ii]nterface) ([\\w$]+(?:\\.[\\w$]+)+)");
  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$]+(?:[./][\\w$-]+)*");
  private static final String UNINITIALIZED = "Could not initialize class ";

  private LinkageReasons() {}

  /**
   * Describes the error, perhaps in several lines.
   *
   * @param plugin finds the classes that the plugin sees
   */
  public static String of(LinkageError error, ClassLoader plugin) {
    String message = String.valueOf(error.getMessage());
    if (error instanceof ExceptionInInitializerError || message.startsWith(UNINITIALIZED)) {
      Throwable cause = error.getCause();
      return error + (cause == null ? "" : ": " + cause);
    }
    if (error instanceof NoClassDefFoundError) {
      return CLASS_NAME.matcher(message).matches() ? missing(message, plugin) : error.toString();
    }
    return error instanceof IncompatibleClassChangeError
        ? error + " (" + origin(message, plugin) + ")"
        : error.toString();
  }

  private static String missing(String binaryName, ClassLoader plugin) {
    String name = binaryName.replace('/', '.');
    URL file = plugin.getResource(binaryName.replace('.', '/') + ".class");
    return file == null
        ? "class "
            + name
            + " is missing; a plugin's jar must contain the libraries that the plugin needs"
        : "class "
            + name
            + " cannot be loaded, and is there: "
            + file
            + "; was the jar replaced while it was in use, or is it damaged?";
  }

  private static String origin(String message, ClassLoader plugin) {
    return named(message)
        .flatMap(name -> jarOf(name, plugin).map(jar -> "class " + name + " is from " + jar))
        .map(from -> from + "; the plugin is compiled for another version of it")
        .orElse("the plugin may be compiled for another version of Farsight or of a library");
  }

  /** The class that a message is about. */
  private static Optional<String> named(String message) {
    for (Pattern pattern : new Pattern[] {METHOD, CLASS}) {
      Matcher found = pattern.matcher(message);
      if (found.find()) {
        return Optional.of(found.group(1));
      }
    }
    return Optional.empty();
  }

  /** The jar or folder that a class was loaded from; empty for the JDK's. */
  private static Optional<String> jarOf(String className, ClassLoader plugin) {
    try {
      CodeSource source =
          Class.forName(className, false, plugin).getProtectionDomain().getCodeSource();
      return source == null || source.getLocation() == null
          ? Optional.empty()
          : Optional.of(Path.of(source.getLocation().toURI()).toString());
    } catch (ClassNotFoundException
        | LinkageError
        | URISyntaxException
        | RuntimeException unknown) {
      return Optional.empty();
    }
  }
}
