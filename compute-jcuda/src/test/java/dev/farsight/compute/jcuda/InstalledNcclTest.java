package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arguments reach a library as C has them; needs a C compiler. */
class InstalledNcclTest {

  private static final long COMMUNICATOR = 0x7f0000000004L;

  @TempDir Path folder;

  private InstalledNccl open(int version) throws Exception {
    Path source = folder.resolve("nccl_stub.c");
    try (InputStream stub = getClass().getResourceAsStream("nccl_stub.c")) {
      Files.write(source, stub.readAllBytes());
    }
    Path library = folder.resolve("libnccl.so.2");
    try {
      Process compiler =
          new ProcessBuilder(
                  "cc",
                  "-shared",
                  "-fPIC",
                  "-DVERSION=" + version,
                  "-o",
                  library.toString(),
                  source.toString())
              .inheritIO()
              .start();
      assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(compiler.exitValue()).isZero();
    } catch (IOException e) {
      Assumptions.abort("no C compiler: " + e.getMessage());
    }
    return InstalledNccl.open(Map.of("LD_LIBRARY_PATH", folder.toString()));
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    InstalledNccl nccl = open(22_703);
    assertThat(nccl.version()).isEqualTo(22_703);
    var id = new byte[NcclLibrary.ID_BYTES];
    assertThat(nccl.uniqueId(id)).isZero();
    assertThat(id[1]).isEqualTo((byte) 3);
    assertThat(id[127]).isEqualTo((byte) (3 * 127));

    assertThat(nccl.startGroup()).isZero();
    var handles = new Memory(16);
    assertThat(nccl.init(Pointer.nativeValue(handles) + 8, 5, id, 2))
        .isEqualTo(NcclLibrary.IN_PROGRESS);
    assertThat(handles.getLong(8)).isEqualTo(0x123456789abcL + 256 * 5 + 2);
    assertThat(nccl.endGroup()).isEqualTo(NcclLibrary.IN_PROGRESS);

    long stream = 0x7f0000000005L;
    assertThat(nccl.send(0x7f0000000001L, 0x100000002L, 3, COMMUNICATOR, stream)).isZero();
    assertThat(nccl.receive(0x7f0000000001L, 0x100000002L, 3, COMMUNICATOR, stream)).isZero();
    var state = new Memory(8);
    assertThat(nccl.state(0x7f0000000006L, Pointer.nativeValue(state))).isZero();
    assertThat(state.getInt(0)).isEqualTo(6);
    assertThat(nccl.finish(COMMUNICATOR)).isEqualTo(NcclLibrary.IN_PROGRESS);
    assertThat(nccl.destroy(COMMUNICATOR)).as("a send, a receive, a finish").isEqualTo(10_101);
    assertThat(nccl.abort(COMMUNICATOR)).isZero();
    assertThat(nccl.error(6)).isEqualTo("remote error");
    assertThat(nccl.lastError(COMMUNICATOR)).isEqualTo("the cable is out");
    assertThat(nccl.lastError(0)).isEmpty();
  }

  @Test
  void multicastIsOffWhateverTheEnvironmentSays() throws Exception {
    open(22_703);
    Function getenv = NativeLibrary.getInstance("c").getFunction("getenv");
    assertThat(getenv.invokeString(new Object[] {"NCCL_NVLS_ENABLE"}, false)).isEqualTo("0");
  }

  @Test
  void anOldLibraryIsRefused() {
    assertThatThrownBy(() -> open(21_400))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(
            "sharding.collective = nccl: ", folder.toString(), "NCCL 2.14.0", "too old");
  }

  @Test
  void aFileThatIsNoLibraryIsNamed() throws IOException {
    Files.writeString(folder.resolve("libnccl.so.2"), "no library");
    assertThatThrownBy(() -> InstalledNccl.open(Map.of("LD_LIBRARY_PATH", folder.toString())))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(folder + "/libnccl.so.2", "cannot be used")
        .hasMessageNotContaining("\n");
  }
}
