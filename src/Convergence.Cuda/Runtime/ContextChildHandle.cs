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

    /// <summary>Never: where the driver refused to make the thing, the context must still be let go.</summary>
    public override bool IsInvalid => false;

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
            return handle == IntPtr.Zero || (_context.TryMakeCurrent() && Release() == 0);
        }
        finally
        {
            _context.DangerousRelease();
        }
    }
}
