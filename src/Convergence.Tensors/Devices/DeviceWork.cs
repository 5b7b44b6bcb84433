namespace Convergence.Tensors.Devices;

/// <summary>What a device is wanted for, and so what it must have.</summary>
public enum DeviceWork
{
    /// <summary>Merging, and scoring or generating with models.</summary>
    Models,

    /// <summary>Merging alone: no matrix is multiplied.</summary>
    Merging,
}
