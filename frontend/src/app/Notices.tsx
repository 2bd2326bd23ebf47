import { Notifications } from '@mantine/notifications'
import '@mantine/notifications/styles.css'

/** Where notices appear. */
export const Notices = () => <Notifications position="bottom-right" />
