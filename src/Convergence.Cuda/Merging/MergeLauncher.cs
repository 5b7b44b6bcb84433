using Convergence.Cuda.Runtime;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Cuda.Merging;

/// <summary>
/// Chooses grids for the merge kernels, and gives them working memory. Everything is queued where the GPU's current work is.
/// </summary>
/// <param name="runtime">The GPU.</param>
internal sealed class MergeLauncher(CudaRuntime runtime)
{
    /// <summary>Threads of a block.</summary>
    public const int BlockSize = 256;

    /// <summary>Threads that run in step.</summary>
    public const int WarpSize = 32;

    /// <summary>Threads that add up a tile: <c>LANES</c> of <c>merge.cuh</c>.</summary>
    public const int Lanes = 16;

    // Elements that a thread takes at a time: RUN of elements.cuh.
    private const int Run = 8;

    /// <summary>Tiles of so many elements.</summary>
    public static long TileCount(long elementCount) => (elementCount + MergeSweep.TileSize - 1) / MergeSweep.TileSize;

    /// <summary>Queues a kernel whose threads each take runs of elements.</summary>
    /// <param name="module">The kernel's file.</param>
    /// <param name="kernel">Its name.</param>
    /// <param name="elementCount">Elements; nothing happens when there are none.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="maxBlocks">At most so many blocks, which then take several runs per thread.</param>
    public void Map<TArgs>(string module, string kernel, long elementCount, in TArgs args, int maxBlocks = int.MaxValue)
        where TArgs : unmanaged =>
        LaunchBlocks(module, kernel, Math.Min(maxBlocks, BlockCount((elementCount + Run - 1) / Run)), BlockSize, args);

    /// <summary>Queues a kernel with so many threads, rounded up to whole blocks.</summary>
    public void Launch<TArgs>(string module, string kernel, long threadCount, in TArgs args) where TArgs : unmanaged =>
        LaunchBlocks(module, kernel, BlockCount(threadCount), BlockSize, args);

    /// <summary>Queues a kernel with so many blocks; nothing happens when there are none.</summary>
    public void LaunchBlocks<TArgs>(string module, string kernel, long blockCount, int blockSize, in TArgs args) where TArgs : unmanaged
    {
        if (blockCount > 0)
        {
            runtime.Kernels.Get(module, kernel).Launch(runtime.Current, checked((int)blockCount), blockSize, sharedByteCount: 0, args);
        }
    }

    /// <summary>Working memory for values that are zero at first.</summary>
    public unsafe DeviceBlock Zeros<T>(long count) where T : unmanaged
    {
        var block = Undefined<T>(count);
        runtime.Current.Clear(block.Address, block.ByteCount);
        return block;
    }

    /// <summary>Working memory for values.</summary>
    public unsafe DeviceBlock Undefined<T>(long count) where T : unmanaged => runtime.Memory.Allocate(checked(count * sizeof(T)));

    /// <summary>Waits for what is queued and reads values back.</summary>
    public T[] Read<T>(DeviceBlock block, long count) where T : unmanaged
    {
        var values = new T[checked((int)count)];
        Read<T>(block, values);
        return values;
    }

    /// <summary>Waits for what is queued and reads the first values of a block back.</summary>
    public void Read<T>(DeviceBlock block, Span<T> values) where T : unmanaged
    {
        if (values.Length > 0)
        {
            runtime.Download(block.Address, values);
        }
    }

    private static long BlockCount(long threadCount) => (threadCount + BlockSize - 1) / BlockSize;
}
