package dev.farsight.compute.jcuda;

import com.sun.jna.NativeLibrary;
import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a library of the CUDA toolkit, newest major version first: on the library path, where
 * CUDA_PATH and CUDA_HOME point, in the usual folders, and where pip puts them.
 *
 * @param name without {@code lib} and version
 * @param majors versions that can be used, the newest first
 * @param source how to get it
 */
record CudaLibrary(String name, List<Integer> majors, String source) {

  static final CudaLibrary NVRTC = ofToolkit("nvrtc", "nvidia-cuda-nvrtc");
  static final CudaLibrary CUBLAS_LT = ofToolkit("cublasLt", "nvidia-cublas");

  /** Its version is its own: the same for each version of CUDA. */
  static final CudaLibrary NCCL =
      new CudaLibrary(
          "nccl",
          List.of(2),
          "install the system's package libnccl2, or `pip install nvidia-nccl-cu13` (-cu12 for CUDA 12)");

  private static final Logger LOG = LoggerFactory.getLogger(CudaLibrary.class);

  CudaLibrary {
    majors = List.copyOf(majors);
  }

  /**
   * A library of the toolkit, of CUDA 12 or 13.
   *
   * @param pip the package that has it
   */
  static CudaLibrary ofToolkit(String name, String pip) {
    return new CudaLibrary(
        name, List.of(13, 12), "install the CUDA toolkit 12 or 13, or `pip install " + pip + "`");
  }

  /** The file, or nothing. Opens nothing. */
  Optional<Path> find(Map<String, String> environment) {
    List<Path> folders = folders(environment);
    for (int major : majors) {
      for (Path folder : folders) {
        Path file = folder.resolve("lib" + name + ".so." + major);
        if (Files.isRegularFile(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  /** Why it cannot be used, and how to get it. */
  String missing() {
    return String.format(
        Locale.ROOT,
        "lib%s.so.%s is missing on LD_LIBRARY_PATH, in CUDA_PATH, /usr/local/cuda*, the system's folders and where pip installs: %s, and name its folder in LD_LIBRARY_PATH",
        name,
        majors.stream().map(String::valueOf).collect(Collectors.joining(" or .")),
        source);
  }

  NativeLibrary open() {
    Path file = find(System.getenv()).orElseThrow(() -> new FarsightException(missing()));
    try {
      return NativeLibrary.getInstance(file.toString());
    } catch (UnsatisfiedLinkError e) {
      throw new FarsightException(file + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static List<Path> folders(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    for (String folder : environment.getOrDefault("LD_LIBRARY_PATH", "").split(":", -1)) {
      if (!folder.isEmpty()) {
        folders.add(Path.of(folder));
      }
    }
    for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
      if (environment.containsKey(variable)) {
        toolkit(Path.of(environment.get(variable)), folders);
      }
    }
    for (Path toolkit : matching(Path.of("/usr/local"), "cuda*")) {
      toolkit(toolkit, folders);
    }
    configured(folders);
    for (String folder :
        List.of("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")) {
      folders.add(Path.of(folder));
    }
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      if (environment.containsKey(variable)) {
        packages(Path.of(environment.get(variable), "lib"), folders);
      }
    }
    packages(Path.of(environment.getOrDefault("HOME", "/"), ".local", "lib"), folders);
    packages(Path.of("/usr/local/lib"), folders);
    packages(Path.of("/usr/lib"), folders);
    packages(Path.of("/opt/conda/lib"), folders);
    return folders;
  }

  /** The folders that the dynamic linker is told to look in. */
  private static void configured(List<Path> folders) {
    for (Path file : matching(Path.of("/etc/ld.so.conf.d"), "*.conf")) {
      try {
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("/"))
            .forEach(line -> folders.add(Path.of(line)));
      } catch (IOException e) {
        LOG.debug(file + " cannot be read", e);
      }
    }
  }

  private static void toolkit(Path root, List<Path> folders) {
    folders.add(root.resolve("lib64"));
    folders.add(root.resolve("lib"));
    folders.add(root.resolve("targets/x86_64-linux/lib"));
  }

  /** The folders {@code nvidia/PACKAGE/lib} of each Python below {@code lib}. */
  private static void packages(Path lib, List<Path> folders) {
    for (Path python : matching(lib, "python3*")) {
      for (String packages : List.of("site-packages", "dist-packages")) {
        for (Path nvidia : matching(python.resolve(packages).resolve("nvidia"), "[cn]*")) {
          folders.add(nvidia.resolve("lib"));
        }
      }
    }
  }

  /** What {@code parent} holds, last name first, so that the newest version comes first. */
  private static List<Path> matching(Path parent, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, pattern)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        // A folder that cannot be read holds nothing for us.
        return List.of();
      }
    }
    found.sort((a, b) -> b.compareTo(a));
    return found;
  }
}
