package dev.farsight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.farsight.cli.DocumentationPage.Block;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Compiles the Java code of a page. A block is a whole file, a class, or statements; all of a page
 * see each other. Classes and statements may use every public type of the project and of the
 * libraries in its interfaces without imports.
 */
final class JavaSnippets {

  private static final String IMPORTS =
      """
      import com.google.inject.*;
      import com.google.inject.multibindings.*;
      import com.typesafe.config.*;
      import dev.farsight.api.*;
      import dev.farsight.api.cache.*;
      import dev.farsight.api.compute.*;
      import dev.farsight.api.config.Settings;
      import dev.farsight.api.data.*;
      import dev.farsight.api.memory.*;
      import dev.farsight.api.model.*;
      import dev.farsight.api.model.Op.Activation;
      import dev.farsight.api.plugin.*;
      import dev.farsight.api.store.*;
      import dev.farsight.api.table.*;
      import dev.farsight.engine.*;
      import dev.farsight.engine.config.*;
      import dev.farsight.engine.event.*;
      import dev.farsight.engine.plugin.*;
      import dev.farsight.guice.*;
      import dev.farsight.testkit.cache.*;
      import dev.farsight.testkit.compute.*;
      import dev.farsight.testkit.data.*;
      import dev.farsight.testkit.store.*;
      import java.nio.file.*;
      import java.util.*;
      """;

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^(?:@\\w+\\s+)?(?:public )?(?:final |abstract )?(?:class|record|interface) (\\w+)");

  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  /**
   * @param folder an empty folder for sources and classes
   */
  JavaSnippets(Path folder) {
    this.folder = folder;
  }

  void add(Block block) throws IOException {
    var packaged = PACKAGE.matcher(block.code());
    var type = TYPE.matcher(block.code());
    if (packaged.find()) {
      String name = type.find() ? type.group(1) : "package-info";
      write(packaged.group(1).replace('.', '/') + "/" + name + ".java", block.code());
    } else if (type.find()) {
      write(
          "page/" + type.group(1) + ".java",
          "package page;\n" + IMPORTS + block.given() + "\n" + block.code());
    } else {
      String name = "Line" + block.line();
      write(
          "page/" + name + ".java",
          "package page;\n%s\nabstract class %s {\n%s\nvoid run() throws Exception {\n%s\n}\n}\n"
              .formatted(IMPORTS, name, block.given(), block.code()));
    }
  }

  private void write(String name, String code) throws IOException {
    Path file = folder.resolve("sources").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, code);
    files.add(file);
  }

  /** What the compiler says; empty if it is content. */
  String compile() throws IOException {
    if (files.isEmpty()) {
      return "";
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, UTF_8)) {
      var options =
          List.of(
              "-proc:none",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      var units = manager.getJavaFileObjectsFromPaths(files);
      boolean compiled = compiler.getTask(messages, manager, null, options, null, units).call();
      return compiled ? "" : messages.toString();
    }
  }
}
