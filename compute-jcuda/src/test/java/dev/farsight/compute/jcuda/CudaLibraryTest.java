package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibraryTest {

  private static final CudaLibrary LIBRARY = CudaLibrary.ofToolkit("farsighttest", "pip-package");

  @TempDir Path folder;

  private Path file(String path) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void theLibraryPathComesFirst() throws IOException {
    Path first = file("a/libfarsighttest.so.13");
    file("b/lib64/libfarsighttest.so.13");
    var environment =
        Map.of("LD_LIBRARY_PATH", folder.resolve("a") + ":", "CUDA_PATH", folder + "/b");
    assertThat(LIBRARY.find(environment)).contains(first);
  }

  @Test
  void theNewestMajorIsTakenWhereverItIs() throws IOException {
    file("a/libfarsighttest.so.12");
    Path newest = file("b/lib64/libfarsighttest.so.13");
    var environment =
        Map.of("LD_LIBRARY_PATH", folder.resolve("a").toString(), "CUDA_HOME", folder + "/b");
    assertThat(LIBRARY.find(environment)).contains(newest);
  }

  @Test
  void whatPipInstalledIsFound() throws IOException {
    Path installed =
        file(".local/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libfarsighttest.so.12");
    assertThat(LIBRARY.find(Map.of("HOME", folder.toString()))).contains(installed);
    Path inVenv = file("venv/lib/python3.11/site-packages/nvidia/cu13/lib/libfarsighttest.so.13");
    assertThat(LIBRARY.find(Map.of("VIRTUAL_ENV", folder + "/venv"))).contains(inVenv);
  }

  @Test
  void ncclIsFoundWherePipPutIt() throws IOException {
    assertThat(CudaLibrary.NCCL.missing())
        .contains("libnccl.so.2 is missing", "LD_LIBRARY_PATH", "pip install nvidia-nccl-cu13")
        .doesNotContain("\n");
    Path wheel = file("venv/lib/python3.12/site-packages/nvidia/nccl/lib/libnccl.so.2");
    assertThat(CudaLibrary.NCCL.find(Map.of("VIRTUAL_ENV", folder + "/venv"))).contains(wheel);
    Path first = file("a/libnccl.so.2");
    var environment =
        Map.of("LD_LIBRARY_PATH", folder + "/a", "VIRTUAL_ENV", folder.resolve("venv").toString());
    assertThat(CudaLibrary.NCCL.find(environment)).contains(first);
  }

  @Test
  void whatIsMissingIsNamedWithAWayToGetIt() {
    assertThat(LIBRARY.find(Map.of("HOME", folder.toString()))).isEmpty();
    assertThat(LIBRARY.missing()).contains("libfarsighttest.so.13", "pip install pip-package");
  }
}
