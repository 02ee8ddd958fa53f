package dev.farsight.engine.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** Compiles classes and packs them into a jar, as the author of a plugin would. */
public final class JarBuilder {

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();

  /** Adds a class: its qualified name and its complete source. */
  public JarBuilder source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  /** Adds a file to the jar. */
  public JarBuilder file(String name, String text) {
    files.put(name, text);
    return this;
  }

  /** Leaves out a file that was added. */
  public JarBuilder without(String name) {
    files.remove(name);
    return this;
  }

  /** Registers the plugin's class as a service. */
  public JarBuilder service(String className) {
    return file("META-INF/services/dev.farsight.api.plugin.FarsightPlugin", className + "\n");
  }

  /** Adds a class that is compiled with the others, but not put in the jar. */
  public JarBuilder leaveOut(String className) {
    leftOut.add(className);
    return this;
  }

  /**
   * Compiles and packs.
   *
   * @param libraries jars to compile against, beside the class path of the tests
   */
  public Path build(Path jar, Path... libraries) throws IOException {
    Path work = Files.createTempDirectory(jar.getParent(), "classes");
    compile(work, libraries);
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path compiled : classes(work)) {
        String name = work.relativize(compiled).toString();
        if (!leftOut.contains(name.replace('/', '.').replace(".class", ""))) {
          put(out, name, Files.readAllBytes(compiled));
        }
      }
      for (var file : files.entrySet()) {
        put(out, file.getKey(), file.getValue().getBytes(UTF_8));
      }
    }
    return jar;
  }

  /** Adds all files of a jar to another, as shading does. */
  static void addAll(Path from, Path to) throws IOException {
    try (var source = FileSystems.newFileSystem(from);
        var target = FileSystems.newFileSystem(to);
        var files = Files.walk(source.getPath("/"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.getPath(file.toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static List<Path> classes(Path work) throws IOException {
    try (var files = Files.walk(work)) {
      return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
  }

  private void compile(Path work, Path... libraries) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    var paths = new ArrayList<Path>();
    for (var source : sources.entrySet()) {
      Path path = work.resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(path.getParent());
      paths.add(Files.writeString(path, source.getValue()));
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var classPath = new StringBuilder();
      for (Path library : libraries) {
        classPath.append(library).append(File.pathSeparator);
      }
      classPath.append(System.getProperty("java.class.path"));
      var options = List.of("-d", work.toString(), "-classpath", classPath.toString());
      var messages = new StringWriter();
      var task =
          compiler.getTask(
              messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(paths));
      if (!task.call()) {
        throw new AssertionError(messages.toString());
      }
    }
  }

  private static void put(JarOutputStream out, String name, byte[] content) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(content);
    out.closeEntry();
  }
}
