package dev.farsight.storage.ssd;

import dev.farsight.api.FarsightException;
import dev.farsight.api.compute.ComputeFactory.Availability;
import java.util.List;
import java.util.Optional;
import javax.tools.ToolProvider;

/**
 * What Chronicle Map needs of the Java that runs it: packages of the JDK opened to it by flags,
 * which {@code jvm.options} holds, and a compiler. Without them it fails late and in many ways, so
 * this is asked first.
 */
final class JvmFlags {

  private static final List<Need> NEEDS =
      List.of(
          exports("java.base", "jdk.internal.ref"),
          exports("java.base", "sun.nio.ch"),
          exports("jdk.unsupported", "sun.misc"),
          exports("jdk.compiler", "com.sun.tools.javac.file"),
          opens("jdk.compiler", "com.sun.tools.javac"),
          opens("java.base", "java.lang"),
          opens("java.base", "java.lang.reflect"),
          opens("java.base", "java.io"),
          opens("java.base", "java.util"));

  private JvmFlags() {}

  /** A package that must be open or exported to everyone. */
  private record Need(String module, String pkg, boolean open) {

    String flag() {
      return "%s=%s/%s=ALL-UNNAMED".formatted(open ? "--add-opens" : "--add-exports", module, pkg);
    }

    boolean met(Module asking) {
      Optional<Module> found = ModuleLayer.boot().findModule(module);
      return found.isPresent()
          && (open ? found.get().isOpen(pkg, asking) : found.get().isExported(pkg, asking));
    }
  }

  private static Need exports(String module, String pkg) {
    return new Need(module, pkg, false);
  }

  private static Need opens(String module, String pkg) {
    return new Need(module, pkg, true);
  }

  /** All flags, as they stand on a command line. */
  static List<String> all() {
    return NEEDS.stream().map(Need::flag).toList();
  }

  /** Whether this JVM was started as it must be, and what is missing. */
  static Availability probe() {
    if (ToolProvider.getSystemJavaCompiler() == null) {
      return Availability.no(
          "Java " + Runtime.version().feature() + " without a compiler; install a JDK, not a JRE");
    }
    Module asking = JvmFlags.class.getModule();
    return NEEDS.stream()
        .filter(need -> !need.met(asking))
        .findFirst()
        .map(need -> Availability.no("the JVM flag " + need.flag() + " is missing; " + remedy()))
        .orElse(Availability.yes("Chronicle Map"));
  }

  private static String remedy() {
    return "start with ./farsight, or with java @jvm.options";
  }

  /**
   * Refuses to go on where something is missing.
   *
   * @throws FarsightException that names the first flag missing
   */
  static void require() {
    Availability availability = probe();
    if (!availability.available()) {
      throw new FarsightException("storage ssd cannot run here: " + availability.detail());
    }
  }
}
