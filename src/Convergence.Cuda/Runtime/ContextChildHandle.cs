using System.Runtime.InteropServices;

namespace Convergence.Cuda.Runtime;

/// <summary>Something that lives in a context and keeps it alive. Releasing it makes the context the thread's own first.</summary>
internal abstract class ContextChildHandle : SafeHandle
{
    private readonly ContextHandle _context;
    private readonly bool _holdsContext;

    /// <param name="context">Where it lives.</param>
    /// <param name="create">Makes it; the context is current.</param>
    protected ContextChildHandle(ContextHandle context, Func<nint> create) : base(IntPtr.Zero, ownsHandle: true)
    {
        _context = context;
        context.DangerousAddRef(ref _holdsContext);
        try
        {
            context.MakeCurrent();
            SetHandle(create());
        }
        catch
        {
            // Lets the context go now; a context that lives on keeps a fault in this process.
            Dispose();
            throw;
        }
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
            if (_holdsContext)
            {
                _context.DangerousRelease();
            }
        }
    }
}
