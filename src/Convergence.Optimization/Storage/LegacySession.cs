namespace Convergence.Optimization.Storage;

/// <summary>A session: all runs of one API over one space with one way of scoring.</summary>
/// <param name="SessionId"><c>{legacy.session_id or api.name}_{fingerprint}</c>.</param>
/// <param name="Name">The session's name.</param>
/// <param name="ApiName">The API's name.</param>
/// <param name="ApiEndpoint">Its address.</param>
/// <param name="Fingerprint">12 hexadecimal digits.</param>
public sealed record LegacySession(string SessionId, string Name, string ApiName, string ApiEndpoint, string Fingerprint);
