package dev.farsight.compute.jcuda;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.Quoted;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * NCCL as it is installed. Functions of each exchange are bound directly, so calls take a few
 * hundred nanoseconds and allocate nothing.
 */
final class InstalledNccl implements NcclLibrary {

  /** 2.18. Communicators that do not block are as we use them since then. */
  static final int OLDEST = 21_800;

  /**
   * NVLink multicast. Nothing here uses it, since sums are ours; setting it up takes device memory
   * on each GPU, and fails on hosts whose switch is not set up for it.
   */
  private static final String MULTICAST = "NCCL_NVLS_ENABLE";

  private static final int BYTES = 0;
  private static final int CONFIG_BYTES = 24;
  private static final int CONFIG_MAGIC = 0xCAFEBEEF;

  /** The version whose settings are given: 2.14, which has but one. Later ones stay as they are. */
  private static final int CONFIG_VERSION = 21_400;

  private static final int UNDEFINED = Integer.MIN_VALUE;

  private final NativeLibrary library;
  private final Functions functions = new Functions();
  private final Memory config = new Memory(CONFIG_BYTES);

  private InstalledNccl(NativeLibrary library) {
    this.library = library;
    Native.register(Functions.class, library);
    config.setLong(0, CONFIG_BYTES);
    config.setInt(8, CONFIG_MAGIC);
    config.setInt(12, CONFIG_VERSION);
    config.setInt(16, 0); // does not block
    config.setInt(20, UNDEFINED);
  }

  /** Loads the library; an error tells what is missing. */
  static synchronized InstalledNccl open(Map<String, String> environment) {
    Path file =
        CudaLibrary.NCCL
            .find(environment)
            .orElseThrow(
                () ->
                    new FarsightException(
                        "sharding.collective = nccl: " + CudaLibrary.NCCL.missing()));
    // NCCL reads it when the first group is joined.
    NativeLibrary.getInstance("c")
        .getFunction("setenv")
        .invokeInt(new Object[] {MULTICAST, "0", 1});
    try {
      var found = new InstalledNccl(NativeLibrary.getInstance(file.toString()));
      requireVersion(found.version(), file);
      return found;
    } catch (UnsatisfiedLinkError e) {
      throw new FarsightException(
          "sharding.collective = nccl: "
              + file
              + " cannot be used: "
              + Quoted.line(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** Fails if NCCL is too old. */
  static void requireVersion(int version, Path file) {
    if (version < OLDEST) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "sharding.collective = nccl: %s is NCCL %s, which is too old: %s or later is needed; %s, and name its folder in LD_LIBRARY_PATH",
              file,
              text(version),
              text(OLDEST),
              CudaLibrary.NCCL.source()));
    }
  }

  /** A version as users know it. */
  static String text(int version) {
    // Before 2.9, 2.8.4 was 2804.
    int unit = version < 10_000 ? 1000 : 10_000;
    return version / unit + "." + version % unit / 100 + "." + version % 100;
  }

  @Override
  public int version() {
    var version = new IntByReference();
    int result = library.getFunction("ncclGetVersion").invokeInt(new Object[] {version});
    return result == SUCCESS ? version.getValue() : 0;
  }

  @Override
  public int uniqueId(byte[] into) {
    var id = new Memory(ID_BYTES);
    int result = library.getFunction("ncclGetUniqueId").invokeInt(new Object[] {id});
    id.read(0, into, 0, ID_BYTES);
    return result;
  }

  @Override
  public int startGroup() {
    return functions.ncclGroupStart();
  }

  @Override
  public int endGroup() {
    return functions.ncclGroupEnd();
  }

  @Override
  public int init(long communicatorAt, int ranks, byte[] id, int rank) {
    return library
        .getFunction("ncclCommInitRankConfig")
        .invokeInt(
            new Object[] {new Pointer(communicatorAt), ranks, new UniqueId(id), rank, config});
  }

  @Override
  public int send(long from, long bytes, int peer, long communicator, long stream) {
    return functions.ncclSend(from, bytes, BYTES, peer, communicator, stream);
  }

  @Override
  public int receive(long to, long bytes, int peer, long communicator, long stream) {
    return functions.ncclRecv(to, bytes, BYTES, peer, communicator, stream);
  }

  @Override
  public int state(long communicator, long stateAt) {
    return functions.ncclCommGetAsyncError(communicator, stateAt);
  }

  @Override
  public int finish(long communicator) {
    return functions.ncclCommFinalize(communicator);
  }

  @Override
  public int destroy(long communicator) {
    return functions.ncclCommDestroy(communicator);
  }

  @Override
  public int abort(long communicator) {
    return functions.ncclCommAbort(communicator);
  }

  @Override
  public String error(int result) {
    return string("ncclGetErrorString", result);
  }

  @Override
  public String lastError(long communicator) {
    return string("ncclGetLastError", new Pointer(communicator));
  }

  private String string(String function, Object argument) {
    Function call = library.getFunction(function);
    String text = call.invokeString(new Object[] {argument}, false);
    return text == null ? "" : text.strip().replaceAll("\\s+", " ");
  }

  /** {@code ncclUniqueId}, which is passed by value. */
  @Structure.FieldOrder("internal")
  public static final class UniqueId extends Structure implements Structure.ByValue {

    public byte[] internal = new byte[ID_BYTES];

    UniqueId(byte[] id) {
      System.arraycopy(id, 0, internal, 0, ID_BYTES);
    }
  }

  /** Bound by name. */
  private static final class Functions {

    native int ncclGroupStart();

    native int ncclGroupEnd();

    native int ncclSend(long from, long count, int type, int peer, long communicator, long stream);

    native int ncclRecv(long to, long count, int type, int peer, long communicator, long stream);

    native int ncclCommGetAsyncError(long communicator, long state);

    native int ncclCommFinalize(long communicator);

    native int ncclCommDestroy(long communicator);

    native int ncclCommAbort(long communicator);
  }
}
