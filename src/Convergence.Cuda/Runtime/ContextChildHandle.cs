using System.Runtime.InteropServices;

namespace Convergence.Cuda.Runtime;

/// <summary>Something that lives in a context and keeps it alive. Releasing it makes the context the thread's own first.</summary>
internal abstract class ContextChildHandle : SafeHandle
{
    private readonly ContextHandle _context;

    protected ContextChildHandle(ContextHandle context) : base(IntPtr.Zero, ownsHandle: true)
    {
        var isHeld = false;
        context.DangerousAddRef(ref isHeld);
        _context = context;
        context.MakeCurrent();
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>The handle as the driver knows it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public nint Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Gives the thing back; the context is current. Never throws.</summary>
    protected abstract int Release();

    protected override bool ReleaseHandle()
    {
        try
        {
            return _context.TryMakeCurrent() && Release() == 0;
        }
        finally
        {
            _context.DangerousRelease();
        }
    }
}
