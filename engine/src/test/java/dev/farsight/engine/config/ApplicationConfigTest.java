package dev.farsight.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that uses Typesafe Config for settings of its own. */
class ApplicationConfigTest {

  @TempDir Path folder;

  /** The class path of an application: its own files, and Farsight's. */
  private URLClassLoader application(String reference, String application) throws IOException {
    Path farsight = Files.createDirectories(folder.resolve("farsight"));
    Files.writeString(
        farsight.resolve("reference.conf"), "farsight { a = 1, b = 2, model { dim = 3 } }");
    Path own = Files.createDirectories(folder.resolve("own"));
    Files.writeString(own.resolve("reference.conf"), reference);
    Files.writeString(own.resolve("application.conf"), application);
    return new URLClassLoader(new URL[] {own.toUri().toURL(), farsight.toUri().toURL()}, null);
  }

  @Test
  void nothingOfTheApplicationsIsReadByAccident() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (var loader =
        application("server { port = ${server.port-of-production} }", "farsight.a = 7")) {
      System.setProperty("farsight.b", "8");
      thread.setContextClassLoader(loader);
      Config c = FarsightConfig.defaults().set("model.dim=4").resolve(List.of(loader));
      assertThat(c.root().unwrapped()).isEqualTo(Map.of("a", 1, "b", 2, "model", Map.of("dim", 4)));
      thread.setContextClassLoader(null);
      assertThat(FarsightConfig.defaults().resolve(List.of(loader)).getInt("a")).isEqualTo(1);
    } finally {
      System.clearProperty("farsight.b");
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void anApplicationsSectionIsReadIfItSaysSo() throws IOException {
    try (var loader = application("", "farsight.a = ${port}, port = 7")) {
      Config own = ConfigFactory.parseResources(loader, "application.conf").resolve();
      Config c =
          FarsightConfig.ofSection("application.conf", own.getConfig("farsight"))
              .resolve(List.of(loader));
      assertThat(c.getInt("a")).isEqualTo(7);
      assertThat(c.getInt("b")).isEqualTo(2);
    }
  }
}
