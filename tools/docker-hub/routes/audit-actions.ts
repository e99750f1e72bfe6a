interface ActionGroup {
  label: string;
  actions: { name: string; label: string; description: string }[];
}

// Full action names are the group's key and the entry's name: `org` and `team.member.add`.
const NAMES: Record<string, [label: string, names: string[]]> = {
  org: [
    'Organization',
    [
      'create',
      'member.add',
      'member.remove',
      'member.role.change',
      'member.invite.send',
      'team.create',
      'team.update',
      'team.delete',
      'team.member.add',
      'team.member.remove',
      'domain.create',
      'domain.verify',
      'domain.delete',
      'domain.auto-provisioning.toggle',
      'settings.update',
      'registry_access.enabled',
      'registry_access.disabled',
      'registry_access.registry_added',
      'registry_access.registry_updated',
      'registry_access.registry_removed',
      'access_token.create',
      'access_token.update',
      'access_token.delete',
      'customrole.create',
      'customrole.update',
      'customrole.delete',
      'securepolicyconfigure.create',
      'securepolicyconfigure.update',
      'securepolicyconfigure.delete',
      'securepolicyclient.create',
      'securepolicyclient.update',
      'securepolicyclient.delete',
      'securepolicyprofile.create',
      'securepolicyprofile.update',
      'securepolicyprofile.delete',
    ],
  ],
  repo: [
    'Repository',
    ['create', 'update', 'delete', 'change_privacy', 'category.updated', 'immutable.tags.updated', 'tag.push', 'tag.delete'],
  ],
  enterprise: [
    'Enterprise',
    [
      'setting.policy.create',
      'setting.policy.update',
      'setting.policy.delete',
      'setting.policy.transfer',
      'sso.connection.create',
      'sso.connection.update',
      'sso.connection.delete',
      'sso.connection.enforcement_toggle',
      'sso.connection.scim_toggle',
      'sso.connection.scim_token_refresh',
      'sso.connection.connection_type_change',
      'sso.connection.jit_toggle',
    ],
  ],
  billing: [
    'Billing',
    [
      'plan.upgrade',
      'plan.downgrade',
      'plan.seat_add',
      'plan.seat_remove',
      'plan.cycle_change',
      'plan.downgrade_cancel',
      'plan.seat_removal_cancel',
      'plan.upgrade.request',
      'plan.downgrade.request',
      'plan.seat_add.request',
      'plan.seat_removal.request',
      'plan.cycle_change.request',
      'plan.downgrade_cancel.request',
      'plan.seat_removal_cancel.request',
      'plan.product_change',
    ],
  ],
  offload: ['Offload', ['lease.start', 'lease.end']],
  oidc: ['OIDC', ['connection.create', 'connection.update', 'connection.delete']],
};

/** Every action name of the activity log, in its groups. */
export const AUDIT_ACTIONS: Record<string, ActionGroup> = Object.fromEntries(
  Object.entries(NAMES).map(([key, [label, names]]) => [key, { label, actions: names.map(describe) }]),
);

function describe(name: string): ActionGroup['actions'][number] {
  const words = name.replaceAll('.', ' ').replaceAll('_', ' ');
  return { name, label: words.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()), description: words };
}
