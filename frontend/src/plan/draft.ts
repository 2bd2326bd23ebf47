/** What a plan to begin with is made of. */
export type DraftFrom = 'events' | 'spec' | 'use_case'
