package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.engine.plugin.Plugins;
import dev.farsight.testkit.store.BitFlippingPlugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The planted faults that {@code verify} is tried with are reachable by a configuration. */
class BitFlippingRunTest {

  @TempDir Path folder;

  @Test
  void aRunOverTheStoreOfAConfigurationTrainsOnFlippedBits() throws IOException {
    Path classes = BitFlippingPlugin.writeTo(folder.resolve("classes"));
    URL[] urls = {classes.toUri().toURL()};
    try (var loader = new URLClassLoader(urls, BitFlippingRunTest.class.getClassLoader());
        Plugins plugins = Plugins.load(loader)) {
      String whole = digest(plugins, "flip-row=0", "flip-after=1000000000");
      assertThat(digest(plugins, "flip-row=0", "flip-after=0")).isNotEqualTo(whole);
      assertThat(digest(plugins, "flip-after=1000", "flip-every=true")).isNotEqualTo(whole);
    }
  }

  private String digest(Plugins plugins, String... flips) {
    TestRun run =
        new TestRun(folder)
            .components(plugins.components())
            .loaders(plugins.loaders())
            .set(
                "cache.size=\"3%\"",
                "storage.backend=bit-flipping", "train.max-steps=50", "data.eval-fraction=0");
    for (String flip : flips) {
      run.set("storage.bit-flipping." + flip);
    }
    return run.train().json().getString("loss_sha256");
  }
}
