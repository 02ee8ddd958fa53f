package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.FarsightException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/**
 * A GPU and its primary context. Any thread may use it after {@link #enter}, which costs well under
 * a microsecond.
 */
final class Gpu implements AutoCloseable {

  private static final int BLOCKING_SYNC = 1;
  private static final int DISABLE_TIMING = 2;
  private static final int RECORD_EXTERNAL = 1;

  private static final int PEER_ACCESS_ALREADY_ENABLED = 704;

  private final int ordinal;
  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final String name;
  private final int major;
  private final int minor;
  private final int multiprocessors;
  private final int sharedBytes;

  Gpu(int ordinal) {
    check("cuInit", JCudaDriver.cuInit(0));
    var count = new int[1];
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    if (ordinal >= count[0]) {
      throw new FarsightException(
          String.format(
              Locale.ROOT,
              "there is no GPU %d: the driver sees %d, counted from 0; see nvidia-smi and CUDA_VISIBLE_DEVICES",
              ordinal,
              count[0]));
    }
    this.ordinal = ordinal;
    check("cuDeviceGet(" + ordinal + ")", JCudaDriver.cuDeviceGet(device, ordinal));
    var bytes = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(bytes, bytes.length, device));
    name = new String(bytes, StandardCharsets.UTF_8).trim();
    major = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    minor = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    sharedBytes =
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    enter();
  }

  private int attribute(int which) {
    var value = new int[1];
    check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, which, device));
    return value[0];
  }

  /** Makes the calling thread one of the device's. */
  void enter() {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
  }

  /** As the driver counts. */
  int ordinal() {
    return ordinal;
  }

  String name() {
    return name;
  }

  /** What messages call it: {@code gpu 1 (NVIDIA H100)}. */
  String label() {
    return "gpu " + ordinal + " (" + name + ")";
  }

  /** Whether this GPU's kernels can reach the memory of another one. */
  boolean reaches(int other) {
    var peer = new CUdevice();
    check("cuDeviceGet(" + other + ")", JCudaDriver.cuDeviceGet(peer, other));
    var can = new int[1];
    check("cuDeviceCanAccessPeer", JCudaDriver.cuDeviceCanAccessPeer(can, device, peer));
    return can[0] != 0;
  }

  /** Lets this GPU's kernels reach the memory of another one, for as long as the process lives. */
  void reach(int other) {
    var peer = new CUdevice();
    check("cuDeviceGet(" + other + ")", JCudaDriver.cuDeviceGet(peer, other));
    var itsContext = new CUcontext();
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(itsContext, peer));
    enter();
    int result = JCudaDriver.cuCtxEnablePeerAccess(itsContext, 0);
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(peer));
    if (result != PEER_ACCESS_ALREADY_ENABLED) {
      check("cuCtxEnablePeerAccess from " + label() + " to gpu " + other, result);
    }
  }

  /** Compute capability, as 90 for 9.0. */
  int capability() {
    return 10 * major + minor;
  }

  int multiprocessors() {
    return multiprocessors;
  }

  /** Most shared memory that a block may ask for. */
  int sharedBytes() {
    return sharedBytes;
  }

  /** Bytes of device memory: all, and what no process has taken. */
  record Memory(long total, long free) {}

  static Memory memory() {
    var free = new long[1];
    var total = new long[1];
    check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
    return new Memory(total[0], free[0]);
  }

  Stream stream() {
    var stream = new Stream();
    check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, Stream.NON_BLOCKING));
    return stream;
  }

  /** An event for streams to wait for. */
  CUevent event() {
    return event(DISABLE_TIMING);
  }

  /** An event that tells when it happened. */
  static CUevent timedEvent() {
    return event(0);
  }

  /** Milliseconds from one event that has happened to another, to half a microsecond. */
  static float elapsed(CUevent from, CUevent to) {
    var ms = new float[1];
    check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(ms, from, to));
    return ms[0];
  }

  /** An event for threads to wait for, asleep. */
  CUevent blockingEvent() {
    return event(DISABLE_TIMING | BLOCKING_SYNC);
  }

  private static CUevent event(int flags) {
    var event = new CUevent();
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, flags));
    return event;
  }

  static void record(CUevent event, Stream stream) {
    check("cuEventRecord", JCudaDriver.cuEventRecord(event, stream));
  }

  /** Records an event that happens in the middle of a graph being captured. */
  static void recordInGraph(CUevent event, Stream stream) {
    check(
        "cuEventRecordWithFlags",
        JCudaDriver.cuEventRecordWithFlags(event, stream, RECORD_EXTERNAL));
  }

  static void await(Stream stream, CUevent event) {
    check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream, event, 0));
  }

  static void synchronize(Stream stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
  }

  @Override
  public void close() {
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device));
  }
}
