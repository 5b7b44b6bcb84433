namespace Convergence.Cuda.Interop;

/// <summary>The errors that this device tells apart (CUresult, cublasStatus_t), and their cures.</summary>
internal static class CudaErrors
{
    public const int InvalidValue = 1;
    public const int OutOfMemory = 2;
    public const int NotInitialized = 3;
    public const int StubLibrary = 34;
    public const int DeviceUnavailable = 46;
    public const int NoDevice = 100;
    public const int InvalidDevice = 101;
    public const int NoBinaryForGpu = 209;
    public const int UncorrectableEcc = 214;
    public const int NvlinkUncorrectable = 220;
    public const int UnsupportedPtxVersion = 222;
    public const int Contained = 226;
    public const int NotReady = 600;
    public const int IllegalAddress = 700;
    public const int LaunchOutOfResources = 701;
    public const int LaunchTimeout = 702;
    public const int ContextIsDestroyed = 709;
    public const int Assert = 710;
    public const int LaunchFailed = 719;
    public const int TensorMemoryLeak = 721;
    public const int SystemNotReady = 802;
    public const int SystemDriverMismatch = 803;
    public const int MpsClientTerminated = 810;
    public const int ExternalDevice = 911;
    public const int Unknown = 999;

    /// <summary>Its memory is the host's.</summary>
    public const string HostAllocator = "cu" + nameof(CudaDriver.MemHostAlloc);

    /// <summary>On a GPU without free memory it says that it is not initialised.</summary>
    public const string CublasMaker = "cublas" + nameof(Cublas.Create);

    private const int FirstHardwareFault = 714;

    /// <summary>Whether nothing works on this context any more (CUDA Driver API, "sticky" errors).</summary>
    public static bool IsSticky(int code) =>
        code is UncorrectableEcc or NvlinkUncorrectable or Contained or IllegalAddress or LaunchTimeout or ContextIsDestroyed or Assert
            or TensorMemoryLeak or MpsClientTerminated or ExternalDevice or Unknown or (>= FirstHardwareFault and <= LaunchFailed);

    public static string? CureOf(CudaFailure failure) => failure.Api switch
    {
        CudaApi.Driver when failure is { Code: OutOfMemory, Function: HostAllocator } =>
            "It was asked for main memory that the GPU can reach: free some, raise the limit on locked memory (ulimit -l, or the "
            + "container's), or use device: cpu.",
        CudaApi.Driver => CureOfDriver(failure.Code),
        CudaApi.Cublas => CureOfCublas((CublasStatus)failure.Code),
        _ => null,
    };

    private static string? CureOfCublas(CublasStatus status) => status switch
    {
        CublasStatus.AllocationFailed => "Free memory on the GPU (nvidia-smi shows who holds it), or use device: cpu.",
        CublasStatus.NotInitialized =>
            "cuBLAS needs a driver that is no older than itself, and some of the GPU's memory: update NVIDIA's driver, "
            + "free memory on the GPU (nvidia-smi shows who holds it), or use device: cpu.",
        CublasStatus.ArchitectureMismatch or CublasStatus.NotSupported =>
            "The GPU, or this cuBLAS on it, does not multiply matrices of this type: of a run with mixed_precision: true, which multiplies "
            + "in bfloat16, set mixed_precision: false; else use device: cpu.",
        _ => null,
    };

    // Of what breaks the context none names device: cpu: a run that begins on a GPU goes on on one, and says how itself.
    private static string? CureOfDriver(int code) => code switch
    {
        OutOfMemory => "Free memory on the GPU (nvidia-smi shows who holds it), or use device: cpu.",
        StubLibrary => "The library found is the toolkit's stub, made for linking: install NVIDIA's driver.",
        DeviceUnavailable => "Another process has the GPU for itself: choose another (device: cuda:1), wait, or use device: cpu.",
        NoDevice => "No GPU was found: see whether nvidia-smi lists one and whether CUDA_VISIBLE_DEVICES hides it, or use device: cpu.",
        NoBinaryForGpu or UnsupportedPtxVersion =>
            "The driver is older than the compiler that made the kernels: "
            + "update NVIDIA's driver, or install the NVRTC of the driver's CUDA version.",
        SystemNotReady => "Start the machine's NVIDIA services (nvidia-fabricmanager, nvidia-persistenced), or use device: cpu.",
        SystemDriverMismatch => "The driver was updated while the system ran: restart the machine.",
        LaunchTimeout => "The display's watchdog ended the kernel: start again on a GPU that drives no display.",
        UncorrectableEcc => "The GPU's memory is failing: look at nvidia-smi -q, and restart the machine.",
        NvlinkUncorrectable => "The link between the GPUs is failing: look at nvidia-smi nvlink -e, and restart the machine.",
        _ when IsSticky(code) => "The GPU gives nothing more to this process: start again.",
        _ => null,
    };
}
