using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A kernel of a loaded module. Every kernel takes one struct of arguments, by value.</summary>
internal sealed unsafe class CudaKernel
{
    // More would have to be asked for.
    private const int MaxSharedByteCount = 48 << 10;

    private const int MaxThreadCount = 1024;

    private readonly ModuleHandle _module;
    private readonly nint _function;

    public CudaKernel(ModuleHandle module, string name)
    {
        CudaException.ThrowIfFailed(CudaDriver.ModuleGetFunction(out _function, module.Value, name));
        _module = module;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Puts the kernel into a stream's queue and returns.</summary>
    /// <param name="stream">The queue.</param>
    /// <param name="grid">Blocks, at least 1 by 1; X below 2^31, Y below 65536.</param>
    /// <param name="block">Threads of a block, at most 1024.</param>
    /// <param name="sharedByteCount">Dynamic shared memory of a block, at most 48 KiB.</param>
    /// <param name="arguments">Laid out as the kernel's own struct; copied before this returns.</param>
    public void Launch<TArgs>(CudaStream stream, KernelGrid grid, KernelGrid block, int sharedByteCount, in TArgs arguments)
        where TArgs : unmanaged
    {
        ObjectDisposedException.ThrowIf(_module.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(grid.X, grid.Y), 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grid.Y, KernelGrid.MaxY, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(block.X, block.Y), 1, nameof(block));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)block.X * block.Y, MaxThreadCount, nameof(block));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sharedByteCount, MaxSharedByteCount);
        stream.Context.MakeCurrent();
        fixed (TArgs* pointer = &arguments)
        {
            void* parameter = pointer;
            var status = CudaDriver.LaunchKernel(
                _function,
                (uint)grid.X,
                (uint)grid.Y,
                1,
                (uint)block.X,
                (uint)block.Y,
                1,
                (uint)sharedByteCount,
                stream.Value,
                &parameter,
                extra: null);
            if (status != 0)
            {
                throw CudaException.Of(
                    CudaFailure.Of(status, nameof(CudaDriver.LaunchKernel)), $"The kernel was {Name}.");
            }
        }
    }
}
