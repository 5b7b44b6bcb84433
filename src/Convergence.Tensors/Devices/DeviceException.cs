namespace Convergence.Tensors.Devices;

/// <summary>A device cannot be used, or failed at its work.</summary>
public class DeviceException : ConvergenceException
{
    public DeviceException(string message) : base(message)
    {
    }

    public DeviceException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether there was not memory enough: less at once may succeed.</summary>
    public virtual bool IsOutOfMemory => false;

    /// <summary>Whether the memory that was short is not the device's own but main memory that it can reach.</summary>
    public virtual bool IsOfHostMemory => false;

    /// <summary>Whether the device gives nothing more to this process, and what lay in its memory is lost.</summary>
    public virtual bool IsLost => false;
}
