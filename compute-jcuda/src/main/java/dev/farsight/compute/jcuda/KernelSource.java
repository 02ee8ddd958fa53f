package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CUDA C from this jar's resources, with the constants it is compiled with.
 *
 * @param name for messages
 * @param text all files, one after the other
 * @param options of the compiler
 */
record KernelSource(String name, String text, List<String> options) {

  private static final String PRELUDE = "prelude.cu";

  KernelSource {
    options = List.copyOf(options);
  }

  static KernelSource of(String name, List<String> files, Map<String, Object> constants) {
    var text = new StringBuilder(read(PRELUDE));
    for (String file : files) {
      text.append(read(file));
    }
    List<String> options =
        new TreeMap<>(constants)
            .entrySet().stream().map(c -> "-D" + c.getKey() + "=" + c.getValue()).toList();
    return new KernelSource(name, text.toString(), options);
  }

  private static String read(String file) {
    try (InputStream in = KernelSource.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new FarsightException("the jar of compute-jcuda has no " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FarsightException("the jar of compute-jcuda: " + file + " cannot be read", e);
    }
  }
}
